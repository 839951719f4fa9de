// What the program of a Worker says to the types: it has Cloudflare's, and not the DOM's.
import { Client, type Fetch } from "eiam-token";
import { Issuer, durableObjectStorage, exampleConfig } from "eiam-token/issuer";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<T extends true>(): T | undefined {
  return undefined;
}

interface Env {
  ISSUER: Fetcher;
  CLIENT_SECRET: string;
}

is<Equal<Fetch, typeof fetch>>();

let issuer: Promise<Issuer> | undefined;

export class Kept implements DurableObject {
  readonly #storage;
  readonly #issuer;

  constructor({ storage }: DurableObjectState) {
    this.#storage = durableObjectStorage(storage);
    this.#issuer = Issuer.create(exampleConfig("https://as.example"), { storage: this.#storage });
  }

  async fetch(request: Request): Promise<Response> {
    return (await this.#issuer).fetch(request);
  }

  async alarm(): Promise<void> {
    await this.#storage.onAlarm(await this.#issuer);
  }
}

export default {
  async fetch(request, env): Promise<Response> {
    issuer ??= Issuer.create(exampleConfig(new URL(request.url).origin));
    const response = await (await issuer).fetch(request);
    is<Equal<typeof response, Response>>();

    const client = await Client.discover("https://as.example", {
      clientId: "app",
      authentication: { method: "client_secret_basic", clientSecret: env.CLIENT_SECRET },
      fetch: (url: RequestInfo | URL, init?: RequestInit) => env.ISSUER.fetch(url, init),
    });
    const tokens = await client.clientCredentials({ scope: "a", timeout: 1000 });
    is<Equal<typeof tokens.expiresIn, bigint | undefined>>();
    client.parseCallback(request.url, client.authorizationRequest({ redirectUri: "https://app.example/cb" }));
    await client.clientCredentials({ signal: AbortSignal.timeout(1000) });
    client.parseCallback(new URL(request.url), null);
    return response.ok ? response : new Response(tokens.tokenType, { headers: response.headers });
  },
} satisfies ExportedHandler<Env>;
