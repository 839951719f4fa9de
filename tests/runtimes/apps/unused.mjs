// It imports both halves, and uses nothing of them.
import { generatePkce } from "eiam-token";
import { Issuer } from "eiam-token/issuer";

// biome-ignore lint/correctness/noUnusedVariables: that is the point
function unused() {
  return [generatePkce, Issuer];
}
