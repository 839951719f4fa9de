// Prints secrets for .dev.vars, or for "wrangler secret put": see README.md.
const { subtle } = globalThis.crypto;

const random = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
};

const algorithm = { name: "ECDSA", namedCurve: "P-256" };
const { privateKey } = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
const { kty, crv, x, y, d } = await subtle.exportKey("jwk", privateKey);

console.log(`BASE_URL=http://localhost:8787
SEALING_KEY=${random()}
SIGNING_KEY=${JSON.stringify({ kty, crv, x, y, d })}
WEB_SECRET=CS${random()}
MACHINE_SECRET=CS${random()}
ALICE_PASSWORD=${random()}`);
