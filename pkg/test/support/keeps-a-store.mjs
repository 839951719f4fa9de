// Writes to a store in whatever runtime this is, often enough for compactions, and ends as it is told.
import process from "node:process";
import { fileStorage } from "eiam-token/file-storage";

const [path, end] = process.argv.slice(2);
const storage = fileStorage(path, { slack: 100 });
await storage.load();
for (let i = 0; i < 30; i++) {
  const value = new TextEncoder().encode("n");
  await storage.write([{ key: `a${i % 4}`, value, expires: 2n ** 40n }]);
}
if (end === "kill") process.kill(process.pid, "SIGKILL");
if (end === "close") await storage.close();
