import type { PlainReply } from "../../issuer/plain.js";
import type { TestUser } from "../records.js";
import { Jar } from "./cookies.js";
import { formWith } from "./page.js";
import { refused } from "./refused.js";
import { type Handle, walk } from "./walk.js";

/** What errors call it. */
export const APPROVE = "approve()";

/**
 * Answers a device's request, as a user does who types its code.
 *
 * @param base the issuer's base URL
 * @param page the URL of the page for codes
 * @returns the page that says so if it knows no such code
 */
export async function approve(
  handle: Handle,
  base: string,
  page: string,
  userCode: string,
  { username, password }: Pick<TestUser, "username" | "password">,
  decision: "allow" | "deny",
): Promise<PlainReply | undefined> {
  const jar = new Jar();
  const opened = await handle({ method: "GET", url: page });
  const form = formWith("user_code", opened);
  if (form === undefined) throw refused(APPROVE, opened);
  jar.take(opened);
  const url = new URL(form.action, page).href;
  const body = new URLSearchParams([...form.fields]);
  body.set("user_code", userCode);
  const headers: [string, string][] = [
    ...jar.header(),
    ["content-type", "application/x-www-form-urlencoded"],
    ["origin", new URL(page).origin],
  ];
  const typed = await handle({ method: "POST", url, headers, body: body.toString() });
  const visitor = { signsIn: () => ({ username, password }), decision };
  const { reply } = await walk(handle, { base, url, reply: typed, jar }, visitor);
  if (formWith("user_code", reply) !== undefined) return reply;
  if (reply.status !== 200 || formWith("password", reply) !== undefined) throw refused(APPROVE, reply);
  return undefined;
}
