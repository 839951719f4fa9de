// Opens a store, and does what the lines of its input say until that ends: "write KEY", "close". Of the
// opening and of each line a line says what came of it. With a `uid` among its options it is that user.
import process from "node:process";
import { createInterface } from "node:readline";
import { fileStorage } from "eiam-token/file-storage";

const [path, how = "{}"] = process.argv.slice(2);
const { uid, ...options } = JSON.parse(how);
// Once everything is loaded: another user may not be let into this folder.
if (uid !== undefined) {
  process.setgroups([]);
  process.setgid(uid);
  process.setuid(uid);
}
const storage = fileStorage(path, options);

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
