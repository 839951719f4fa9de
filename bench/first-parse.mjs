// Prints how many milliseconds the first token response of a process takes, which starts the WebAssembly.
import { parseTokenResponse } from "eiam-token";

const start = performance.now();
parseTokenResponse('{"token_type":"Bearer","access_token":"ATexample","expires_in":1200}');
console.log(performance.now() - start);
