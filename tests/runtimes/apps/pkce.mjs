// The least that an application can use.
import { generatePkce } from "eiam-token";

console.log(generatePkce().challenge);
