// Opens a store, and does what the lines of its input say until that ends: "write KEY", "close". Of the
// opening and of each line a line says what came of it.
import process from "node:process";
import { createInterface } from "node:readline";
import { fileStorage } from "eiam-token/file-storage";

const [path, options = "{}"] = process.argv.slice(2);
const storage = fileStorage(path, JSON.parse(options));

async function tell(step) {
  try {
    await step();
    console.log("done");
  } catch ({ problem, message }) {
    console.log(JSON.stringify({ problem, message }));
  }
}

await tell(() => storage.load());
for await (const line of createInterface({ input: process.stdin })) {
  const [command, key] = line.split(" ");
  if (command === "close") await tell(() => storage.close());
  else await tell(() => storage.write([{ key, value: new Uint8Array(10), expires: undefined }]));
}
