// An application of Node or Bun that requires the package.
const client = require("eiam-token");
const library = require("eiam-token/file-storage");
const issuer = require("eiam-token/issuer");
const testing = require("eiam-token/testing");

async function main() {
  const { printSecrets, runChecks } = await import("../checks.mjs");
  const { withFile } = await import("./file.mjs");
  const { remoteAt } = await import("./remote.mjs");
  const { report } = await import("./report.mjs");
  await printSecrets(client);
  const remote = remoteAt(process.argv[2]);
  report(
    await withFile((path) => runChecks({ client, issuer, testing, listens: true, remote, file: { library, path } })),
  );
}

void main();
