// Makes the secrets of a deployment and writes them to a file that nobody else can read: see README.md.
//
//   node keys.mjs            .dev.vars, for "wrangler dev"
//   node keys.mjs FILE       FILE, for "wrangler secret bulk"
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename } from "node:path";
import { argv, exit, pid, stderr, stdout } from "node:process";

const LOCAL = ".dev.vars";

const { subtle } = globalThis.crypto;

const random = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Buffer.from(bytes).toString("base64url");
};

async function signingKey() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey } = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { kty, crv, x, y, d } = await subtle.exportKey("jwk", privateKey);
  return JSON.stringify({ kty, crv, x, y, d });
}

/**
 * Makes a file, all of it or nothing, that its owner alone can read.
 *
 * @param {string} file
 * @param {string} text
 * @throws with the code `EEXIST` if there is something of this name; it stays as it is
 */
function writeSecrets(file, text) {
  const unfinished = `${file}.${pid}-${random().slice(0, 8)}.tmp`;
  const descriptor = openSync(unfinished, "wx", 0o600);
  try {
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    try {
      // Unlike renaming, it never replaces what is there.
      linkSync(unfinished, file);
    } catch (error) {
      if (error.code === "EEXIST") throw error;
      // A file system without links.
      copyFileSync(unfinished, file, constants.COPYFILE_EXCL);
    }
  } finally {
    unlinkSync(unfinished);
  }
}

/** @param {string} message @param {number} code */
function fail(message, code) {
  stderr.write(`keys.mjs: ${message}\n`);
  exit(code);
}

const [file = LOCAL, ...more] = argv.slice(2);
if (more.length > 0 || file === "" || file.startsWith("-")) {
  fail("expected the name of one file, or none: node keys.mjs [FILE]", 2);
}

const secrets = {
  // Elsewhere wrangler.jsonc says it.
  ...(basename(file) === LOCAL && { BASE_URL: "http://localhost:8787" }),
  SEALING_KEY: random(),
  SIGNING_KEY: await signingKey(),
  WEB_SECRET: `CS${random()}`,
  MACHINE_SECRET: `CS${random()}`,
  ALICE_PASSWORD: random(),
};
const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);

try {
  writeSecrets(file, lines.join(""));
} catch (error) {
  if (error.code === "EEXIST") {
    const isEmpty = lstatSync(file).size === 0;
    fail(
      `${file} is there already, and was left as it is. ` +
        (isEmpty
          ? `It is empty, as ">" makes it: remove it, and run "node keys.mjs" without ">".`
          : "New keys end every token and sign-in that its keys have made. If that is what you want," +
            " remove it and run this again."),
      1,
    );
  }
  fail(`${file} cannot be written: ${error.message}`, 1);
}
stdout.write(`${file}: ${Object.keys(secrets).join(", ")}. Only you can read it.\n`);
