import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { byId, tell } from "./dom.js";
import { indentJson } from "./json-text.js";
import { recordedFetch } from "./recorded-fetch.js";
import { signOut } from "./sign-out.js";
import { heldTokens, holdTokens, onTokens } from "./tokens.js";

/** Whose users have a session at the issuer. */
const USED_LOGIN_PAGE = new Set(["page", "television"]);

/** What can be done with the tokens that the page has. */
export function prepareTokenActions() {
  const status = byId("tokens-status");
  const answer = byId("user-info-answer");
  onTokens(() => (answer.hidden = true));

  offer({
    id: "refresh",
    what: "Exchanges the refresh token for new tokens.",
    obstacle: (held) => {
      if (!held) return "There is no refresh token yet.";
      return held.tokens.refreshToken ? undefined : "This answer brought no refresh token.";
    },
    async run({ client, by, asked, tokens }) {
      const renewed = await (await clientOf(client)).refresh(tokens.refreshToken);
      holdTokens({ client, by: by.replace(/(, refreshed)?$/, ", refreshed"), asked, tokens: renewed });
      tell(status, "New tokens came; the old refresh token is spent.");
    },
  });

  offer({
    id: "user-info",
    what: "Asks the issuer who the access token stands for.",
    obstacle: (held) => {
      if (!held) return "There is no access token yet.";
      return held.client === "machine" ? "This token stands for a machine, not for a user." : undefined;
    },
    async run({ client: name, tokens }) {
      answer.hidden = true;
      const client = await clientOf(name);
      const request = client.userInfoRequest(tokens.accessToken);
      const response = await recordedFetch(request.url, { method: request.method, headers: request.headers });
      const body = await response.text();
      client.parseUserInfo({ status: response.status, body }, { expectedSub: tokens.claims?.sub });
      answer.textContent = indentJson(body);
      answer.hidden = false;
      tell(status, "The issuer answered:");
    },
  });

  offer({
    id: "revoke",
    what: "Makes the access token worthless; try user info afterwards.",
    obstacle: (held) => (held ? undefined : "There is no access token yet."),
    async run({ client, tokens }) {
      answer.hidden = true;
      await (await clientOf(client)).revoke(tokens.accessToken, { tokenTypeHint: "access_token" });
      tell(status, "The access token is revoked.");
    },
  });

  offer({
    id: "sign-out",
    what: "Ends your session at the issuer, so that somebody else can sign in.",
    obstacle: (held) => {
      if (!held) return "Nobody is signed in yet.";
      return USED_LOGIN_PAGE.has(held.client) ? undefined : "For these tokens nobody signed in at a page.";
    },
    run: signOut,
  });

  function offer({ id, what, obstacle, run }) {
    const hint = byId(`${id}-hint`);
    const { refresh } = action(byId(id), status, () => run(heldTokens()), () => obstacle(heldTokens()));
    const update = () => {
      refresh();
      hint.textContent = obstacle(heldTokens()) ?? what;
    };
    onTokens(update);
    update();
  }
}
