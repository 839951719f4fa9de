import type { PlainReply, PlainRequest, RequestOptions } from "../../issuer/plain.js";
import { fieldsOf } from "../fields.js";
import type { TestUser } from "../records.js";
import { Jar } from "./cookies.js";
import { formWith } from "./page.js";
import { type Handle, walk } from "./walk.js";

/** What happens at the issuer's pages without anybody. */
export interface AutomaticOptions {
  /**
   * Who is signed in where the issuer asks for a sign-in: always the user of this name, or with `"login_hint"` the one
   * whom the request names. Somebody who is not there is refused. Default: nobody, so the page is shown.
   */
  readonly autoSignIn?: string | undefined;
  /** Whether the user agrees where the issuer asks. Default: no, so the page is shown. */
  readonly autoConsent?: boolean | undefined;
}

/** What `autoSignIn` says for the user whom a request names. */
export const BY_HINT = "login_hint";

/**
 * Answers a request, and fills in the form of the page that would be shown, if that is wanted. The reply is then the one
 * to the last form, and sets the cookies of all.
 */
export async function answerAutomatically(
  handle: Handle,
  base: string,
  { autoSignIn, autoConsent = false }: AutomaticOptions,
  userOf: (name: string) => TestUser | undefined,
  request: PlainRequest,
  options?: RequestOptions,
): Promise<PlainReply> {
  const reply = await handle(request, options);
  if (autoSignIn === undefined && !autoConsent) return reply;
  const isAsking =
    (autoSignIn !== undefined && formWith("password", reply) !== undefined) ||
    (autoConsent && formWith("decision=allow", reply) !== undefined);
  if (!isAsking) return reply;
  const jar = new Jar();
  jar.takeSent(fieldsOf(request));
  const set: [string, string][] = [];
  const transport: (string | number)[] = [];
  const note = (answer: PlainReply) => {
    for (const [name, value] of answer.headers) if (name === "set-cookie") set.push([name, value]);
    transport.push(...(answer.transport ?? []));
    return answer;
  };
  const noting: Handle = async (next, more) => note(await handle(next, more));
  note(reply);
  const last = await walk(
    noting,
    { base, url: new URL(request.url, base).href, reply, jar },
    {
      signsIn: ({ fields }) => {
        if (autoSignIn === undefined) return undefined;
        return userOf(autoSignIn === BY_HINT ? (fields.get("username") ?? "") : autoSignIn);
      },
      decision: autoConsent ? "allow" : undefined,
    },
    options,
  );
  const own = last.reply.headers.filter(([name]) => name !== "set-cookie");
  // Whoever sent the request meets what happened to the connection on the way.
  return { ...last.reply, headers: [...own, ...set], ...(transport.length > 0 ? { transport } : {}) };
}
