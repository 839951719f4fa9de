import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { byId, hush, tell } from "./dom.js";
import { received } from "./received.js";
import { holdTokens, onOtherTokens } from "./tokens.js";

const SCOPE = "openid profile email";

export function preparePassword() {
  const form = byId("password-form");
  const status = byId("password-status");
  onOtherTokens(() => hush(status));
  const { run } = action(byId("password-button"), status, async () => {
    const fields = new FormData(form);
    const client = await clientOf("form");
    const tokens = await client.password({
      username: String(fields.get("username")),
      password: String(fields.get("password")),
      scope: SCOPE,
    });
    holdTokens({ client: "form", by: "password", asked: SCOPE, tokens });
    tell(status, received(`A token set for ${tokens.claims?.name ?? fields.get("username")}`));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run();
  });
}
