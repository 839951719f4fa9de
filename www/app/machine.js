import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { byId, hush, tell } from "./dom.js";
import { received } from "./received.js";
import { holdTokens, onOtherTokens } from "./tokens.js";

export function prepareMachine() {
  const status = byId("machine-status");
  onOtherTokens(() => hush(status));
  action(byId("machine"), status, async () => {
    const client = await clientOf("machine");
    holdTokens({ client: "machine", by: "client credentials", tokens: await client.clientCredentials() });
    tell(status, received("An access token"));
  });
}
