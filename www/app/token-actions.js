import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { byId, hush, tell } from "./dom.js";
import { indentJson } from "./json-text.js";
import { recordedFetch } from "./recorded-fetch.js";
import { signOut } from "./sign-out.js";
import { heldTokens, holdTokens, noteFate, onOtherTokens, onTokens } from "./tokens.js";

/** Whose users have a session at the issuer. */
const USED_LOGIN_PAGE = new Set(["page", "television"]);

/** What can be done with the tokens that the page has. */
export function prepareTokenActions() {
  const status = byId("tokens-status");
  const answer = byId("user-info-answer");
  onOtherTokens(() => {
    answer.hidden = true;
    hush(status);
  });

  offer({
    id: "refresh",
    what: "Exchanges the refresh token for new tokens.",
    obstacle: (held) => {
      if (!held) return "There is no refresh token yet.";
      return held.tokens.refreshToken ? undefined : "This response had no refresh token.";
    },
    async run(held) {
      const { client, by, asked, tokens } = held;
      const renewed = await refused(held, "invalid_grant", { refreshToken: "refused" }, async () =>
        (await clientOf(client)).refresh(tokens.refreshToken),
      );
      if (!stillHeld(held)) return;
      holdTokens({ client, by: by.replace(/(, refreshed)?$/, ", refreshed"), asked, tokens: renewed });
      tell(status, "You have new tokens; the old refresh token is used up.");
    },
  });

  offer({
    id: "user-info",
    what: "Asks the issuer whom the access token represents.",
    obstacle: (held) => {
      if (!held) return "There is no access token yet.";
      return held.client === "machine" ? "This token represents a machine, not a user." : undefined;
    },
    async run(held) {
      const { client: name, tokens } = held;
      answer.hidden = true;
      const client = await clientOf(name);
      const request = client.userInfoRequest(tokens.accessToken);
      const response = await recordedFetch(request.url, { method: request.method, headers: request.headers });
      const body = await response.text();
      await refused(held, "invalid_token", { accessToken: held.accessToken ?? "refused" }, () =>
        client.parseUserInfo({ status: response.status, body }, { expectedSub: tokens.claims?.sub }),
      );
      if (!stillHeld(held)) return;
      answer.textContent = indentJson(body);
      answer.hidden = false;
      tell(status, "The issuer answered:");
    },
  });

  offer({
    id: "revoke",
    what: "Makes the access token invalid at once.",
    obstacle: (held) => {
      if (!held) return "There is no access token yet.";
      return held.accessToken === "revoked" ? "The access token is revoked already." : undefined;
    },
    async run(held) {
      const { client, tokens } = held;
      answer.hidden = true;
      await (await clientOf(client)).revoke(tokens.accessToken, { tokenTypeHint: "access_token" });
      if (noteFate(held, { accessToken: "revoked" })) tell(status, "The access token is revoked.");
    },
  });

  offer({
    id: "sign-out",
    what: "Ends your session at the issuer, so that somebody else can sign in.",
    obstacle: (held) => {
      if (!held) return "Nobody is signed in yet.";
      return USED_LOGIN_PAGE.has(held.client) ? undefined : "Nobody signed in on a login page for these tokens.";
    },
    run: signOut,
  });

  function offer({ id, what, obstacle, run }) {
    const hint = byId(`${id}-hint`);
    const start = async () => {
      const held = heldTokens();
      // What becomes of tokens that the page has no more is told in the log alone.
      await run(held).catch((error) => stillHeld(held) && Promise.reject(error));
    };
    const { refresh } = action(byId(id), status, start, () => obstacle(heldTokens()));
    const update = () => {
      refresh();
      hint.textContent = obstacle(heldTokens()) ?? what;
    };
    onTokens(update);
    update();
  }
}

/** Whether the page still has these tokens: others may have come while a request was under way. */
function stillHeld({ tokens }) {
  return heldTokens()?.tokens === tokens;
}

/**
 * Runs something, and notes what the issuer's refusal says of a token.
 *
 * @template T
 * @param {import("./tokens.js").Held} held
 * @param {string} error the OAuth error that says it
 * @param {Parameters<typeof noteFate>[1]} fate
 * @param {() => T | Promise<T>} run
 */
async function refused(held, error, fate, run) {
  try {
    return await run();
  } catch (failure) {
    if (failure.error === error) noteFate(held, fate);
    throw failure;
  }
}
