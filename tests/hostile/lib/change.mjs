/**
 * The changes of which a case has exactly one. Each says which part it changes, and returns the changed whole. A value can
 * be a function of the world, such as a time.
 *
 * @typedef {import("./world.mjs").World} World
 * @typedef {object} Change
 * @property {string} part the one thing that differs
 * @property {RegExp} [parts] what belongs to it, where one lie needs several members
 * @property {(whole: any, world: World) => any} apply
 */

const resolved = (value, world, whole) => (typeof value === "function" ? value(world, whole) : value);

/** One member of an object within a whole is another. @returns {(name: string, value: unknown) => Change} */
const member = (within) => (name, value) => ({
  part: `${within}.${name}`,
  apply: (whole, world) => ({ ...whole, [within]: { ...whole[within], [name]: resolved(value, world, whole) } }),
});

/** One member is missing. @returns {(name: string) => Change} */
const without = (within) => (name) => ({
  part: `${within}.${name}`,
  apply(whole) {
    const { [name]: _, ...others } = whole[within];
    return { ...whole, [within]: others };
  },
});

/** One thing about the whole is another. @returns {(value: unknown) => Change} */
const thing = (name) => (value) => ({
  part: name,
  apply: (whole, world) => ({ ...whole, [name]: resolved(value, world, whole) }),
});

/** A text is changed by a function. @returns {(change: (text: string, world: World) => string | Buffer) => Change} */
const text = (name) => (change) => ({
  part: name,
  apply: (whole, world) => ({ ...whole, [name]: (before) => change(before, world) }),
});

export const header = member("header");
export const noHeader = without("header");
export const claim = member("claims");
export const noClaim = without("claims");
export const headerText = text("headerText");
export const claimsText = text("claimsText");
export const token = text("token");
export const field = member("members");
export const noField = without("members");
export const body = text("body");
export const httpHeader = member("headers");
export const status = thing("status");
export const query = text("query");
export const jwks = thing("jwks");

/** The part of a token between two dots, changed. @param {0 | 1 | 2} index @param {(part: string) => string} change */
export const part = (index, change) => ({
  ...token((whole) => {
    const parts = whole.split(".");
    return parts.map((one, at) => (at === index ? change(one) : one)).join(".");
  }),
  part: ["the header's text", "the claims' text", "the signature's text"][index],
});

/** The octets of the signature, changed. @param {(octets: Buffer) => Buffer} change */
export const signature = (change) => ({
  ...part(2, (text) => change(Buffer.from(text, "base64url")).toString("base64url")),
  part: "signature",
});

/**
 * Another way to sign, with the header that it needs.
 *
 * @param {unknown} alg what the header says
 * @param {(world: World) => object} how the members `sign`, `by` and `kid` that differ
 * @returns {Change}
 */
export const signed = (alg, how = () => ({})) => ({
  part: "algorithm",
  parts: /^(header\.(alg|kid)|by|sign)$/,
  apply(whole, world) {
    const { kid, ...others } = how(world, whole);
    const changed = { ...whole.header, ...(alg !== undefined && { alg }), ...(kid && { kid }) };
    return { ...whole, ...others, header: changed };
  },
});

/**
 * Several members that make one lie together, such as a key and its place.
 *
 * @param {string} what
 * @param {RegExp} parts the names of all that may differ
 * @param {readonly Change[]} changes
 * @returns {Change}
 */
export const together = (what, parts, ...changes) => ({
  part: what,
  parts,
  apply: (whole, world) => changes.reduce((before, change) => change.apply(before, world), whole),
});
