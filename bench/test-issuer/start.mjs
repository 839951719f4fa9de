// A process of its own: starts a server, gets a token from it by HTTP, and says what that took.
const starts = {
  async ours() {
    const { startIssuer } = await import("eiam-token/testing");
    return async () => {
      const { clients } = await startIssuer();
      const { tokenEndpoint: url, clientId, clientSecret } = clients.machine;
      return { url, client: { client_id: clientId, client_secret: clientSecret } };
    };
  },
  async theirs() {
    const { OAuth2Server } = await import("oauth2-mock-server");
    return async () => {
      const server = new OAuth2Server();
      await server.issuer.keys.generate("RS256");
      await server.start(0, "127.0.0.1");
      return { url: `${server.issuer.url}/token`, client: {} };
    };
  },
};

const start = await starts[process.argv[2]]();
const before = performance.now();
const { url, client } = await start();
const body = new URLSearchParams({ grant_type: "client_credentials", ...client });
const response = await fetch(url, { method: "POST", body });
const { access_token } = await response.json();
const after = performance.now();
if (typeof access_token !== "string") throw new Error("no token");
console.log(JSON.stringify({ start: after - before, process: after }));
process.exit();
