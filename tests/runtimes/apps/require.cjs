// An application of Node or Bun that requires the package.
const client = require("eiam-token");
const issuer = require("eiam-token/issuer");

async function main() {
  const { printSecrets, runChecks } = await import("../checks.mjs");
  const { remoteAt } = await import("./remote.mjs");
  const { report } = await import("./report.mjs");
  await printSecrets(client);
  report(await runChecks({ client, issuer, remote: remoteAt(process.argv[2]) }));
}

void main();
