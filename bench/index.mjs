import { readdirSync } from "node:fs";

const SUFFIX = ".bench.mjs";
const folder = new URL("./", import.meta.url);
const known = readdirSync(folder)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();
// Options are for the benchmarks themselves.
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = asked.filter((name) => !known.includes(name));

if (asked.length === 0 || unknown.length > 0) {
  for (const name of unknown) console.error(`There is no benchmark "${name}".`);
  console.log("Usage: npm run bench -- NAME... [--full]");
  console.log(known.length > 0 ? `Benchmarks: ${known.join(", ")}` : "There are no benchmarks yet.");
  process.exitCode = unknown.length > 0 ? 1 : 0;
} else {
  for (const name of asked) {
    console.log(`\n# ${name}`);
    await import(new URL(name + SUFFIX, folder).href);
  }
}
