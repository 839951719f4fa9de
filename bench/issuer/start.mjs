// A process of its own: starts a side, makes a key and a signed token, and says what that took.
import { clientCredentials } from "./flows.mjs";

const starts = {
  async ours() {
    const { ours } = await import("./ours.mjs");
    const side = await ours("ES256");
    return clientCredentials(side, side.jwtToken);
  },
  async theirs() {
    const { oidcProvider } = await import("./oidc-provider.mjs");
    return clientCredentials(await oidcProvider("ES256", { jwt: true }));
  },
  // What Node and the requests themselves take.
  async neither() {
    return { text: () => JSON.stringify({ access_token: "ey.ey.ey" }) };
  },
};

const answer = await starts[process.argv[2]]();
const { user, system } = process.cpuUsage();
const wall = performance.now();
const token = JSON.parse(answer.text()).access_token;
if (token.split(".").length !== 3) throw new Error("not a JWT");
console.log(JSON.stringify({ cpu: (user + system) / 1000, wall }));
