import type { AssertionAuthentication } from "../authentication.js";
import { type HttpRequest, httpRequest } from "../http.js";
import { invalid } from "../invalid.js";

/** The token of another issuer by which a client authenticates. */
export interface FederatedTokenOptions {
  /** The name that the federated credential has at the application. */
  readonly credential: string;
  /**
   * Returns the token, such as what the platform has put into a file for this workload; white space around it is left out.
   * It is called for each request, because such tokens are replaced while the program runs. An error that it throws ends
   * the request, and is the `cause` of what that throws.
   */
  readonly token: () => string | Promise<string>;
}

/**
 * Authenticates by a token of another issuer, which the application trusts (EIAM's `id-token-bearer`, at the instance's
 * server): so a job or a container needs no secret of its own.
 *
 * @throws {InvalidArgumentError} if the name is missing or `token` is no function; and with each request if `token` throws,
 *   or returns what is no text or is empty
 * @example
 * ```js
 * import { readFile } from "node:fs/promises";
 * import { Client, federatedToken } from "eiam-token";
 *
 * const authentication = federatedToken({ credential: "deployment", token: () => readFile(path, "utf8") });
 * const client = new Client({ server, clientId, authentication });
 * ```
 */
export function federatedToken(options: FederatedTokenOptions): AssertionAuthentication {
  const { credential, token } = options ?? {};
  if (typeof credential !== "string" || !credential) throw invalid("credential", "not a text, or an empty one");
  if (typeof token !== "function") throw invalid("token", "not a function that returns the token");
  const assertion = async () => {
    let given: unknown;
    try {
      given = await token();
    } catch (cause) {
      const error = invalid("token", "the function failed");
      throw Object.defineProperty(error, "cause", { value: cause });
    }
    // Files end with a line break.
    const text = typeof given === "string" && given.trim();
    if (!text) throw invalid("token", "the function returned no text, or an empty one");
    return text;
  };
  const asserted = async (_client: unknown, { url, headers, body }: HttpRequest) => {
    const form = new URLSearchParams({
      client_assertion_type: "urn:cloud:idaas:params:oauth:client-assertion-type:id-token-bearer",
      client_assertion: await assertion(),
      application_federated_credential_name: credential,
    });
    return httpRequest(url, headers, `${body}&${form}`);
  };
  // Consoles and JSON do not show functions, which have the token.
  const hidden = { assertion: { value: assertion }, asserted: { value: asserted } };
  return Object.freeze(Object.defineProperties({ method: "id-token-bearer" }, hidden)) as AssertionAuthentication;
}
