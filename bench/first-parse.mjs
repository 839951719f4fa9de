// Prints how many milliseconds of CPU time the first token response of a process takes, which starts the WebAssembly.
import { parseTokenResponse } from "eiam-token";
import { cpuTime } from "./side-by-side.mjs";

const start = cpuTime();
parseTokenResponse('{"token_type":"Bearer","access_token":"ATexample","expires_in":1200}');
console.log(cpuTime() - start);
