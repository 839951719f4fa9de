// Everything of the client, and nothing of the issuer.
import * as client from "eiam-token";

console.log(client);
