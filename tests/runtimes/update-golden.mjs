// Writes what a test issuer of a seed gives, after a change to what its codes, tokens or pages contain.
import { writeFileSync } from "node:fs";
import * as testing from "eiam-token/testing";
import { acts, wholeHash } from "./checks/testing.mjs";
import { recordRun } from "./golden/record.mjs";

const runs = [];
for (const signing of ["RS256", "EdDSA"]) runs.push({ signing, steps: await recordRun(testing, signing) });
const golden = { sha256: await wholeHash(runs), runs, acts: await acts(testing) };
const text = `// What a test issuer of the seed "golden" gives, as SHA-256; a test in Rust reads it as JSON. Written by update-golden.mjs.
export const GOLDEN = ${JSON.stringify(golden, null, 2)};
`;
writeFileSync(new URL("checks/golden.mjs", import.meta.url), text);
console.log(golden.sha256);
