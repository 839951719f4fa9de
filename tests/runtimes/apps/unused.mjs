// It imports both halves, and uses nothing of them.
import { generatePkce } from "eiam-token";
import { Issuer } from "eiam-token/issuer";

function unused() {
  return [generatePkce, Issuer];
}
