import { clientOf } from "./clients.js";
import { byId, tell } from "./dom.js";
import { dropTokens } from "./tokens.js";
import { HOME } from "./worker.js";

/** What comes back with who signed out. */
const STATE = "signed-out";

/** Goes to the issuer's page that ends the session (OpenID Connect RP-Initiated Logout). */
export async function signOut() {
  const { clientId, server } = await clientOf("page");
  const url = new URL(server.endSessionEndpoint);
  url.searchParams.set("client_id", clientId);
  url.searchParams.set("post_logout_redirect_uri", HOME);
  url.searchParams.set("state", STATE);
  location.assign(url);
}

/** If this page is where signing out leads back to: forgets the tokens, too. */
export function finishSignOut() {
  if (new URL(location.href).searchParams.get("state") !== STATE) return;
  history.replaceState(null, "", HOME);
  dropTokens();
  tell(byId("sign-in-status"), "Signed out: the issuer has ended your session, and this page has dropped its tokens.");
  byId("sign-in").focus();
}
