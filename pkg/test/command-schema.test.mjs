import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { Issuer, exampleConfig, parseConfig } from "eiam-token/issuer";
import { algorithms } from "./support/jwt.mjs";

const require = createRequire(import.meta.url);
const schema = JSON.parse(readFileSync(require.resolve("eiam-token/issuer-config.schema.json"), "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

// The compiler that TypeDoc calls has an interface to its syntax tree.
const ts = createRequire(new URL("../../tools/typedoc/package.json", import.meta.url))("typescript");

/** The interfaces and unions of strings that config.ts declares. */
function declared() {
  const source = readFileSync(new URL("../src/issuer/config.ts", import.meta.url), "utf8");
  const file = ts.createSourceFile("config.ts", source, ts.ScriptTarget.Latest, true);
  const interfaces = new Map();
  const words = new Map();
  for (const statement of file.statements) {
    if (ts.isInterfaceDeclaration(statement)) interfaces.set(statement.name.text, statement.members);
    if (ts.isTypeAliasDeclaration(statement)) words.set(statement.name.text, wordsOf(statement.type));
  }
  return { interfaces, words };
}

/** The strings of a union, wherever they stand in a type. */
function wordsOf(type) {
  const found = [];
  const visit = (node) => {
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) found.push(node.literal.text);
    if (ts.isTypeReferenceNode(node)) found.push(...(words?.get(node.typeName.text) ?? []));
    ts.forEachChild(node, visit);
  };
  visit(type);
  return found;
}

let words;
const declarations = declared();
words = declarations.words;

const docOf = (member) => (ts.getTextOfJSDocComment(member.jsDoc?.at(-1)?.comment) ?? "").replace(/\s+/g, " ");

/** What a part of the schema refers to. */
function resolved(part) {
  return part.$ref ? schema.$defs[part.$ref.replace("#/$defs/", "")] : part;
}

/** The strings that a part of the schema lists. */
function enumOf(reference) {
  const part = resolved(reference);
  return part.enum ?? part.items?.enum ?? part.anyOf?.flatMap(({ enum: words = [] }) => words) ?? [];
}

describe("the schema and the types have the same", () => {
  test("objects", () => {
    const names = [...declarations.interfaces.keys()];
    assert.ok(names.length >= 8);
    const objects = Object.keys(schema.$defs).filter((name) => schema.$defs[name].properties);
    assert.deepEqual(names.sort(), ["IssuerConfig", ...objects].sort());
  });

  for (const [name, members] of declarations.interfaces) {
    const part = name === "IssuerConfig" ? schema : schema.$defs[name];
    const properties = members.filter(ts.isPropertySignature);
    const names = properties.map((member) => member.name.text);

    test(`keys of ${name}`, () => {
      assert.deepEqual(Object.keys(part.properties).sort(), [...names].sort());
      const required = properties.filter((member) => !member.questionToken);
      const expected = required.map((member) => member.name.text).sort();
      assert.deepEqual([...(part.required ?? [])].sort(), expected);
      assert.equal(part.additionalProperties, members.some(ts.isIndexSignatureDeclaration));
    });

    for (const member of properties) {
      const key = member.name.text;
      test(`${name}.${key}`, () => {
        const property = part.properties[key];
        assert.deepEqual([...enumOf(property)].sort(), wordsOf(member.type).sort());
        assert.ok(property.description.includes(docOf(member)), property.description);
        assert.ok(property.description.length > 10);
        const kind = member.type.getText().replace(/ \| undefined$/, "");
        const { type, $ref } = property;
        if (kind === "boolean") assert.equal(type, "boolean");
        else if (/^(number|Seconds)$/.test(kind)) assert.equal(type, "integer");
        else if (kind === "string") assert.equal(type, "string");
        else if (/^readonly .*\[\]$/.test(kind)) assert.equal(type, "array");
        else if (/^\w+Config$/.test(kind)) assert.equal($ref, `#/$defs/${kind}`);
      });
    }
  }
});

describe("the schema's defaults", () => {
  const parts = { IssuerConfig: schema, ...schema.$defs };
  for (const [name, { properties = {} }] of Object.entries(parts)) {
    for (const [key, property] of Object.entries(properties)) {
      const [, said] = /Default: `?(\w+)`?/.exec(property.description) ?? [];
      if (said === undefined || /^(none|nothing|no|the|its|those)$/.test(said)) continue;
      test(`${name}.${key}: the one that its description says`, () => {
        const [first] = [property.default].flat();
        assert.equal(String(first), said);
      });
    }
  }

  test("limits: those of the code", () => {
    const source = readFileSync(new URL("../../src/issuer/config/limits.rs", import.meta.url), "utf8");
    const [, body] = /impl Default for Limits \{([\s\S]*?)\n\}/.exec(source);
    const limits = {};
    for (const [, name, number] of body.matchAll(/(\w+): ([\d_]+),/g)) {
      const key = name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
      limits[key] = Number(number.replaceAll("_", ""));
    }
    const { properties } = schema.$defs.LimitsConfig;
    const defaults = Object.entries(properties).map(([key, property]) => [key, property.default]);
    assert.deepEqual(Object.fromEntries(defaults), limits);
  });
});

const RSA = await crypto.subtle.generateKey(
  { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
  true,
  ["sign", "verify"],
);
const { key_ops: _, ext: __, ...privateJwk } = await crypto.subtle.exportKey("jwk", RSA.privateKey);
const publicJwk = { kty: privateJwk.kty, n: privateJwk.n, e: privateJwk.e };

/** Every option that there is. */
const everything = {
  profile: "eiam",
  baseUrl: "request",
  allowedHosts: ["issuer:9400", "localhost:*", "[::1]"],
  trustProxy: true,
  instanceId: "idaas_x",
  applications: [
    {
      applicationId: "app_x",
      name: "X",
      clientSecrets: ["a secret of more than 32 characters", "another secret of more than 32 characters"],
      jwks: { keys: [{ ...publicJwk, kid: "k" }] },
      federatedCredentials: [{ name: "job", issuer: "https://login.example", subject: "system:job" }],
      tokenEndpointAuthMethods: ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"],
      dpopBoundAccessTokens: true,
      redirectUris: ["https://app.example/cb", "com.example.app:/cb"],
      postLogoutRedirectUris: ["https://app.example/"],
      backchannelLogoutUri: "https://app.example/backchannel",
      backchannelLogoutSessionRequired: false,
      anyLoopbackRedirectUri: true,
      grants: [
        ...["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        ...["client_credentials", "password", "implicit"],
        ...["urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
      ],
      scopes: ["openid", "api://a|b", "read"],
      defaultScope: "openid read",
      accessTokenFormat: "jwt",
      customClaims: [{ name: "groups", expression: "user.groups", in: ["access_token"], scope: "read" }],
      introspects: ["https://api.example"],
      exchanges: ["https://api.example"],
      mayAct: "app_y",
      public: true,
      pkce: { required: false, methods: ["S256", "plain"] },
      consent: "always",
      lifetimes: {
        code: 1,
        accessToken: 2,
        idToken: 3,
        refreshToken: 4,
        refreshTokenAbsolute: 5,
        refreshTokenRetry: 300,
        deviceCode: 6,
      },
      origins: ["https://app.example"],
      requirePushedAuthorizationRequests: true,
      requireSignedRequestObject: true,
      requestObjectSigningAlg: "PS256",
      userinfoSignedResponseAlg: "RS256",
      subjectType: "pairwise",
      sectorIdentifierUri: "https://app.example/uris.json",
      authorizationDetailsTypes: ["payment_initiation"],
      disabled: true,
    },
  ],
  resources: [
    {
      identifier: "https://api.example",
      scopes: ["read"],
      accessTokenFormat: "opaque",
      lifetime: 60,
      signing: "RS256",
      claims: { roles: ["a"] },
      customClaims: [{ name: "tier", value: { a: [null] } }],
      applicationId: "app_x",
    },
  ],
  trustedIssuers: [
    {
      issuer: "https://login.example",
      jwks: { keys: [{ ...publicJwk, kid: "login" }] },
      audiences: ["their-client"],
      subjectClaim: "email",
      userAttribute: "email",
      applications: ["app_x"],
    },
  ],
  registration: {
    initialAccessTokens: ["an-initial-access-token"],
    softwareStatementIssuers: [{ issuer: "https://vendor.example", jwks: { keys: [publicJwk] } }],
    softwareStatementRequired: true,
    lifetime: 60,
  },
  clientIdMetadata: { hosts: ["app.example"], allowLoopback: true, longestCached: 60 },
  registeredClients: {
    grants: ["authorization_code", "refresh_token", "client_credentials"],
    scopes: ["openid", "read"],
    defaultScope: "openid",
    consent: "always",
    accessTokenFormat: "jwt",
    lifetimes: { code: 1 },
  },
  customClaims: [{ name: "tenant", value: null, in: ["id_token", "userinfo"] }],
  authenticationContexts: [{ acr: "urn:mfa", amr: ["pwd", "otp"] }],
  users: [
    {
      userId: "auth0|x",
      username: "x",
      password: "y",
      claims: { name: "X", n: [1, null, { a: 1.5 }] },
      customClaims: [{ name: "role", value: "admin" }],
      attributes: { groups: [{ groupId: "g" }] },
      acr: "urn:own",
      amr: ["face"],
      disabled: true,
    },
  ],
  signing: "RS256",
  keys: [{ ...privateJwk, kid: "first" }],
  dpop: { nonceRequired: true },
  limits: Object.fromEntries(Object.keys(schema.$defs.LimitsConfig.properties).map((key) => [key, 7])),
};

/** Whether the issuer takes a configuration, and whether the schema does. */
async function verdicts(config) {
  const taken = await Issuer.create(config).then(
    (issuer) => {
      issuer.free();
      return true;
    },
    (error) => {
      assert.equal(error.code, "invalid_config", String(error));
      return false;
    },
  );
  return { issuer: taken, schema: validate(config) };
}

describe("accepted by both", () => {
  const single = (application) => ({
    ...{ baseUrl: "https://a.example", instanceId: "i" },
    applications: [{ applicationId: "a", clientSecrets: ["s"], redirectUris: ["https://a/"], ...application }],
  });
  const cases = {
    "the example": exampleConfig("http://127.0.0.1:9400"),
    "every option": everything,
    "the least": single({}),
    ...Object.fromEntries(algorithms.map((signing) => [signing, { ...single({}), signing }])),
    rfc9700: { ...single({}), profile: "rfc9700" },
    fapi2: { ...single({ clientSecrets: [], jwks: { keys: [publicJwk] } }), profile: "fapi2", signing: "PS256" },
    "an IPv6 address": { ...single({}), baseUrl: "http://[::1]:9400" },
    "a path": { ...single({}), baseUrl: "http://127.0.0.1:9400/path" },
    "empty lists": single({ redirectUris: [], grants: [], scopes: [], postLogoutRedirectUris: [], origins: [] }),
    "no retry": single({ lifetimes: { refreshTokenRetry: 0 } }),
    "the longest lifetime that JSON.parse reads": single({ lifetimes: { code: Number.MAX_SAFE_INTEGER } }),
    "limits of nothing": { ...single({}), limits: { grants: 0 } },
    "a private key of an unknown member": { ...single({}), keys: [{ ...privateJwk, x5t: "any" }] },
    "consent once": single({ consent: "once" }),
    "introspects all": single({ introspects: "all" }),
    "introspects own": single({ introspects: "own" }),
    "an open registration": { ...single({}), registration: "open" },
    "a registration without keys": { ...single({}), registration: {}, clientIdMetadata: {}, registeredClients: {} },
    "a resource": { ...single({}), resources: [{ identifier: "api://api.example.com" }] },
  };
  for (const [name, config] of Object.entries(cases)) {
    test(name, async () => {
      const both = await verdicts(config);
      assert.deepEqual(both, { issuer: true, schema: true }, JSON.stringify(validate.errors));
    });
  }

  test("every option has every key of the schema", () => {
    const [application] = everything.applications;
    const keys = (value) => Object.keys(value).sort();
    const of = (name) => keys(schema.$defs[name].properties);
    assert.deepEqual(keys(everything), keys(schema.properties));
    assert.deepEqual(keys(application), of("ApplicationConfig"));
    assert.deepEqual(keys(application.lifetimes), of("LifetimesConfig"));
    assert.deepEqual(keys(application.pkce), of("PkceConfig"));
    assert.deepEqual(keys(everything.users[0]), of("UserConfig"));
    assert.deepEqual(keys(everything.dpop), of("DpopConfig"));
    assert.deepEqual(keys(everything.resources[0]), of("ResourceConfig"));
    assert.deepEqual(keys(everything.trustedIssuers[0]), of("TrustedIssuerConfig"));
    assert.deepEqual(keys(application.federatedCredentials[0]), of("FederatedCredentialConfig"));
    assert.deepEqual(keys(everything.registration), of("RegistrationConfig"));
    assert.deepEqual(keys(everything.registration.softwareStatementIssuers[0]), of("StatementIssuerConfig"));
    assert.deepEqual(keys(everything.clientIdMetadata), of("ClientIdMetadataConfig"));
    assert.deepEqual(keys(everything.registeredClients), of("RegisteredClientsConfig"));
  });

  test("the longest lifetime there is", async () => {
    const text = JSON.stringify(single({ lifetimes: { code: 1 } })).replace('"code":1', '"code":9223372036854775807');
    (await Issuer.create(parseConfig(text))).free();
    assert.ok(validate(JSON.parse(text)));
  });
});

describe("refused by both", () => {
  /** Wrong values for every key: of every other type of JSON, and null. */
  const others = { string: "x", number: 5, fraction: 1.5, boolean: true, null: null, array: [], object: {} };
  const fits = {
    string: ["string"],
    integer: ["number"],
    boolean: ["boolean"],
    array: ["array"],
    object: ["object"],
  };

  /** Places in the configuration: where an object stands, and what describes it. */
  const places = [
    ["IssuerConfig", schema, (config) => config],
    ["ApplicationConfig", schema.$defs.ApplicationConfig, (config) => config.applications[0]],
    ["PkceConfig", schema.$defs.PkceConfig, (config) => config.applications[0].pkce],
    ["LifetimesConfig", schema.$defs.LifetimesConfig, (config) => config.applications[0].lifetimes],
    ["jwks", schema.$defs.ApplicationConfig.properties.jwks, (config) => config.applications[0].jwks],
    ["UserConfig", schema.$defs.UserConfig, (config) => config.users[0]],
    ["DpopConfig", schema.$defs.DpopConfig, (config) => config.dpop],
    ["LimitsConfig", schema.$defs.LimitsConfig, (config) => config.limits],
    ["PrivateJwk", schema.$defs.PrivateJwk, (config) => config.keys[0]],
    ["ResourceConfig", schema.$defs.ResourceConfig, (config) => config.resources[0]],
    ["RegistrationConfig", schema.$defs.RegistrationConfig, (config) => config.registration],
    [
      "StatementIssuerConfig",
      schema.$defs.StatementIssuerConfig,
      (config) => config.registration.softwareStatementIssuers[0],
    ],
    ["ClientIdMetadataConfig", schema.$defs.ClientIdMetadataConfig, (config) => config.clientIdMetadata],
    ["RegisteredClientsConfig", schema.$defs.RegisteredClientsConfig, (config) => config.registeredClients],
    ["TrustedIssuerConfig", schema.$defs.TrustedIssuerConfig, (config) => config.trustedIssuers[0]],
    [
      "FederatedCredentialConfig",
      schema.$defs.FederatedCredentialConfig,
      (config) => config.applications[0].federatedCredentials[0],
    ],
    ["CustomClaim", schema.$defs.CustomClaim, (config) => config.applications[0].customClaims[0]],
    ["AuthenticationContext", schema.$defs.AuthenticationContext, (config) => config.authenticationContexts[0]],
  ];

  /** A copy of every option, changed. */
  const changed = (place, change) => {
    const config = structuredClone(everything);
    change(place(config));
    return config;
  };
  const refused = async (config) => {
    assert.deepEqual(await verdicts(config), { issuer: false, schema: false });
  };

  for (const [name, part, place] of places) {
    test(`${name}: a key that it does not know`, async () => {
      if (name === "PrivateJwk") return;
      for (const key of ["unknown", "Profile", "", "__proto__x"]) {
        await refused(changed(place, (object) => (object[key] = "x")));
      }
    });

    test(`${name}: a key that is missing`, async () => {
      for (const key of part.required ?? []) {
        await refused(changed(place, (object) => delete object[key]));
      }
    });

    for (const [key, property] of Object.entries(part.properties)) {
      test(`${name}.${key}: a value of another type`, async () => {
        // It can have any value.
        if (name === "CustomClaim" && key === "value") return;
        const part = resolved(property);
        const type = part.type ?? "string";
        // Words, or something else.
        const either = property.anyOf?.flatMap((part) => (part.$ref ? ["object"] : (part.type ?? []))) ?? [];
        for (const [kind, value] of Object.entries(others)) {
          if ([...fits[type], ...either].includes(kind)) continue;
          // A JWK may have members of any type that nobody reads.
          if (name === "PrivateJwk" && key === "kid") continue;
          await refused(changed(place, (object) => (object[key] = value)));
        }
        if (type !== "array") return;
        const element = property.items.$ref || property.items.type === "object" ? "object" : "string";
        for (const [kind, value] of Object.entries(others)) {
          if (kind === element) continue;
          await refused(changed(place, (object) => (object[key] = [value])));
        }
      });

      if (enumOf(property).length > 0) {
        test(`${name}.${key}: a word that it does not know`, async () => {
          const isList = property.type === "array";
          await refused(changed(place, (object) => (object[key] = isList ? ["other"] : "other")));
        });
      }
    }
  }

  const values = {
    "an id with a slash": [places[1][2], "applicationId", "a/b"],
    "an id that begins with a dot": [places[1][2], "applicationId", ".a"],
    "an id that is reserved": [places[1][2], "applicationId", "common"],
    "an id of 129 characters": [places[1][2], "applicationId", "a".repeat(129)],
    "a resource without scheme": [places[9][2], "identifier", "api.example"],
    "a resource with a fragment": [places[9][2], "identifier", "https://api.example#x"],
    "a resource with a bar": [places[9][2], "identifier", "https://api.example|x"],
    "a resource of 256 characters": [places[9][2], "identifier", `urn:${"x".repeat(252)}`],
    "a resource's scope with a bar": [places[9][2], "scopes", ["a|b"]],
    "a resource's lifetime of nothing": [places[9][2], "lifetime", 0],
    "a resource's claim that the issuer makes": [places[9][2], "claims", { client_id: "x" }],
    "an empty audience": [places[1][2], "introspects", [""]],
    "an empty default scope": [places[1][2], "defaultScope", ""],
    "an id of 256 characters": [places[5][2], "userId", "x".repeat(256)],
    "a user's id with a space": [places[5][2], "userId", "a b"],
    "a custom claim that the issuer makes": [places[10][2], "name", "sub"],
    "a custom claim without a name": [places[10][2], "name", ""],
    "a custom claim in no place": [places[10][2], "in", []],
    "a custom claim for a scope with a space": [places[10][2], "scope", "a b"],
    "an expression of nothing": [places[10][2], "expression", ""],
    "an acr with a space": [places[11][2], "acr", "a b"],
    "no amr": [places[11][2], "amr", []],
    "an empty id": [places[5][2], "userId", ""],
    "an empty password": [places[5][2], "password", ""],
    "a claim that the issuer makes": [places[5][2], "claims", { sub: "x" }],
    "three secrets": [places[1][2], "clientSecrets", ["a", "b", "c"]],
    "an empty secret": [places[1][2], "clientSecrets", [""]],
    "a scope with a space": [places[1][2], "scopes", ["a b"]],
    "an empty scope": [places[1][2], "scopes", [""]],
    "no method of PKCE": [places[2][2], "methods", []],
    "a lifetime of nothing": [places[3][2], "code", 0],
    "a lifetime before now": [places[3][2], "accessToken", -1],
    "a retry of more than 300 seconds": [places[3][2], "refreshTokenRetry", 301],
    "a limit below nothing": [places[7][2], "grants", -1],
    "a limit beyond 32 bits": [places[7][2], "passwordFailures", 2 ** 32],
    "no application": [places[0][2], "applications", []],
    "a base URL with a slash at its end": [places[0][2], "baseUrl", "https://a.example/"],
    "a base URL of another scheme": [places[0][2], "baseUrl", "ftp://a.example"],
    "nine keys": [places[4][2], "keys", Array.from({ length: 9 }, (_, i) => ({ ...publicJwk, kid: `${i}` }))],
  };
  for (const [name, [place, key, value]] of Object.entries(values)) {
    test(name, () => refused(changed(place, (object) => (object[key] = value))));
  }
});
