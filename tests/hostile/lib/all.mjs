import algorithms from "../cases/algorithms.mjs";
import answers from "../cases/answers.mjs";
import callbacks from "../cases/callbacks.mjs";
import claims from "../cases/claims.mjs";
import headers from "../cases/headers.mjs";
import instead from "../cases/instead.mjs";
import keys from "../cases/keys.mjs";
import metadata from "../cases/metadata.mjs";
import proofs from "../cases/proofs.mjs";
import signatures from "../cases/signatures.mjs";
import spellings from "../cases/spellings.mjs";

/** Every case, in the order of the table. @type {readonly import("./cases.mjs").Case[]} */
export const allCases = [
  ...[algorithms, headers, signatures, spellings, instead, claims, proofs, keys].flat(),
  ...[answers, callbacks, metadata].flat(),
];
