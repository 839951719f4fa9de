import { invalid } from "../client/invalid.js";
import type { PlainReply } from "../issuer/plain.js";
import { jsonText } from "./control.js";
import type { BodyChange, ScriptChanges, Within } from "./script.js";
import { hintAt, shortened } from "./similar.js";

/** The header field that says which function changes a body. Nobody but this process sees it. */
const MARK = "mutated-by-function";

/** What a script does that control cannot: its functions stay in this process. Forks share them. */
export class Functions implements Within {
  readonly #all: BodyChange[] = [];

  checkFailure(what: unknown): void {
    // Which numbers are a status, control says.
    if (typeof what === "number" || CODES.includes(what as string)) return;
    if (typeof what !== "string") throw invalid("what", "expected a status from 400 to 599, or an OAuth error code");
    const hint = hintAt(what, CODES, 'for one of your own: mutate({ status: 400, merge: { error: "…" } })');
    throw invalid("what", `there is no OAuth error code "${shortened(what)}" (${hint})`);
  }

  changesOf(change: BodyChange): ScriptChanges {
    return { headers: { [MARK]: String(this.#all.push(change) - 1) } };
  }

  /** The reply as the function makes it that its mark names. @throws what the function throws */
  async apply(reply: PlainReply): Promise<PlainReply> {
    const mark = reply.headers.find(([name]) => name === MARK);
    const change = mark && this.#all[Number(mark[1])];
    if (change === undefined) return reply;
    const headers = reply.headers.filter(([name]) => name !== MARK);
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder().decode(reply.body));
    } catch {
      return { ...reply, headers };
    }
    const changed = await change(body);
    return { ...reply, headers, body: new TextEncoder().encode(jsonText(changed === undefined ? body : changed)) };
  }
}

/** The error codes of OAuth and OpenID Connect. */
const CODES: readonly string[] = [
  // RFC 6749 sections 4.1.2.1 and 5.2.
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "access_denied",
  "unsupported_response_type",
  "server_error",
  "temporarily_unavailable",
  // RFC 6750 section 3.1, RFC 9470 section 3.
  "invalid_token",
  "insufficient_scope",
  "insufficient_user_authentication",
  // RFC 7009 section 2.2.1.
  "unsupported_token_type",
  // RFC 7591 section 3.2.2.
  "invalid_redirect_uri",
  "invalid_client_metadata",
  "invalid_software_statement",
  "unapproved_software_statement",
  // RFC 8628 section 3.5.
  "authorization_pending",
  "slow_down",
  "expired_token",
  // RFC 8707 section 2, RFC 9396 section 5.
  "invalid_target",
  "invalid_authorization_details",
  // RFC 9449 sections 5 and 8.
  "invalid_dpop_proof",
  "use_dpop_nonce",
  // OpenID Connect Core section 3.1.2.6, and Unmet Authentication Requirements.
  "interaction_required",
  "login_required",
  "account_selection_required",
  "consent_required",
  "invalid_request_uri",
  "invalid_request_object",
  "request_not_supported",
  "request_uri_not_supported",
  "registration_not_supported",
  "unmet_authentication_requirements",
];
