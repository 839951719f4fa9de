// Writes what a test issuer of a seed gives, after a change to what its codes and tokens contain.
import { writeFileSync } from "node:fs";
import * as testing from "eiam-token/testing";
import { golden } from "./checks/testing.mjs";

const found = JSON.stringify(await golden(testing), null, 2).replace(/"(\w+)":/g, "$1:");
const text = `// What a test issuer of the seed "golden" gives, as SHA-256. Written by update-golden.mjs.
export const GOLDEN = ${found.replace(/"(\n\s*\})/g, '",$1').replace(/\}(\n\s*\})/g, "},$1")};
`;
writeFileSync(new URL("checks/golden.mjs", import.meta.url), text);
