/**
 * What may come of a case, where it is something else than a refusal. `accepted` is the only right thing for what must be
 * taken, and beside `refused` it is right for what the standards leave open.
 *
 * @typedef {"refused" | "accepted" | "exact" | "unknown" | "other" | "elsewhere" | "hangs"} Outcome
 */

const MUST = ["accepted"];
const MAY = ["accepted", "refused"];
/** Of a lifetime: it is refused, or read as it is. */
const EXACT = ["refused", "exact"];
/** Of a lifetime that is none. */
const NONE = ["refused", "unknown"];

/** @type {Readonly<Record<string, readonly string[]>>} */
const RIGHT = {
  ...of(MUST, "exp_fraction claim_unknown token_type_in_capitals keys_renewed_other_kid interval_missing"),
  ...of(MUST, "at_hash_missing"),
  ...of(MAY, "iat_future at_hash_other at_hash_null c_hash_other sub_other acr_other kid_missing jwk_embedded"),
  ...of(MAY, "jku_elsewhere x5u_elsewhere claims_mark claims_deep body_mark refresh_token_empty prototype"),
  ...of(MAY, "interval_zero interval_negative interval_huge keys_renewed_same_kid keys_two_of_one_kid keys_private"),
  ...of(MAY, "media_type_html jarm_code_beside aud_more azp_other b64_false error_beside_tokens status_created"),
  ...of(MAY, "device_expires_in_missing metadata_jwks_uri_missing azp_null c_hash_null nbf_null"),
  ...of(EXACT, "expires_in_text expires_in_fraction expires_in_exponent expires_in_64_bits expires_in_2_53"),
  ...of(EXACT, "expires_in_negative"),
  ...of(["exact"], "expires_in_zero"),
  ...of(["unknown"], "expires_in_missing"),
  ...of(NONE, "expires_in_half expires_in_beyond expires_in_null expires_in_true expires_in_words"),
  ...of(NONE, "expires_in_space expires_in_hexadecimal expires_in_array"),
  metadata_redirect: ["refused", "elsewhere"],
};

/** The lifetimes that some cases tell, in seconds; the others tell that of the issuer. */
export const LIFETIMES = {
  expires_in_exponent: 3600n,
  expires_in_64_bits: 9223372036854775807n,
  expires_in_2_53: 9007199254740993n,
  expires_in_negative: -1n,
  expires_in_zero: 0n,
};

/** The names of all cases that need not be refused. */
export const EXCEPTIONS = Object.keys(RIGHT);

/** What may come of a case. @param {string} name @returns {readonly string[]} */
export const rightOutcomes = (name) => RIGHT[name] ?? ["refused"];

/** @param {readonly string[]} outcomes @param {string} names */
function of(outcomes, names) {
  return Object.fromEntries(names.split(" ").map((name) => [name, outcomes]));
}
