import { startIssuer } from "eiam-token/testing";

const issuer = await startIssuer();
const { access_token } = await issuer.tokens({ user: "alice", client: "web", scope: "openid api" });
console.log(access_token);
await issuer.close();
