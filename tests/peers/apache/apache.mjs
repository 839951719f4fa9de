import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findApache } from "../../../scripts/lib/programs.mjs";

/** How long it may take to start, in milliseconds. */
const PATIENCE = 120_000;

const MODULES = [
  "mpm_event",
  "authn_core",
  "authz_core",
  "authz_user",
  "dir",
  "headers",
  "mime",
  "include",
  "auth_openidc",
];

/**
 * Starts Apache in front of a page for everybody and one below /private that shows the environment
 * that applications see: as a process of its own, with nothing of the system's configuration.
 *
 * @param {string} origin where it listens
 * @param {string} directives for OpenID Connect
 */
export async function startApache(origin, directives) {
  const apache = findApache();
  if (apache === undefined) throw new Error("Apache with mod_auth_openidc is missing");
  const folder = await mkdtemp(join(tmpdir(), "eiam-token-"));
  const { host } = new URL(origin);
  const pages = join(folder, "pages");
  const errors = join(folder, "error.log");
  await mkdir(join(pages, "private"), { recursive: true });
  await writeFile(join(pages, "index.html"), "<p>Everybody may read this.</p>\n");
  await writeFile(join(pages, "private", "index.shtml"), "<!--#printenv -->\n");
  // As root Apache serves as another user, who has to read all this.
  for (const path of [folder, pages, join(pages, "private")]) await chmod(path, 0o755);
  const configuration = join(folder, "apache.conf");
  await writeFile(
    configuration,
    `
ServerRoot "${folder}"
ServerName 127.0.0.1
Listen ${host}
PidFile "${join(folder, "apache.pid")}"
ErrorLog "${errors}"
LogLevel warn auth_openidc:info
${MODULES.map((name) => `LoadModule ${name}_module "${apache.modules}/mod_${name}.so"`).join("\n")}
${process.getuid?.() === 0 ? "User www-data\nGroup www-data" : ""}
Mutex file:${folder} default
StartServers 1
DocumentRoot "${pages}"
DirectoryIndex index.html index.shtml
TypesConfig "${join(folder, "mime.types")}"
AddType text/html .shtml .html
AddOutputFilter INCLUDES .shtml
<Directory "${pages}">
  Options +Includes
  Require all granted
</Directory>
${directives}
`,
  );
  await writeFile(join(folder, "mime.types"), "text/html html\n");

  const child = spawn(apache.program, ["-D", "FOREGROUND", "-f", configuration], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], NO_PROXY: "*", no_proxy: "*" },
  });
  const closed = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const log = async () => output + (await readFile(errors, "utf8").catch(() => ""));
  const stop = async () => {
    child.kill("SIGTERM");
    await closed;
    await rm(folder, { recursive: true });
  };
  for (const end = Date.now() + PATIENCE; ; ) {
    if (child.exitCode !== null || Date.now() > end) {
      const said = await log();
      await stop();
      throw new Error(`Apache does not answer: ${said}`);
    }
    const answered = await fetch(origin).catch(() => undefined);
    if (answered?.ok) break;
    await setTimeout(50);
  }
  return { origin, log, stop };
}
