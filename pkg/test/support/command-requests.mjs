const ISSUER = "/v2/idaas_example/app_spa";

/**
 * Numbers from 0 to 1 that a seed decides (mulberry32).
 * @param {number} seed
 */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Requests as clients send them.
 *
 * @param {string} host
 * @param {string} path where a browser comes back to, or any other
 */
function honest(host, path) {
  const get = (target) => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\n\r\n`;
  const post = (target, body, ...fields) =>
    [`POST ${target} HTTP/1.1`, `Host: ${host}`, "Content-Type: application/x-www-form-urlencoded"]
      .concat(fields, `Content-Length: ${body.length}`, "", body)
      .join("\r\n");
  const authorize =
    "client_id=app_spa&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=openid&state=s";
  const basic = `Authorization: Basic ${Buffer.from("app_machine:wrong").toString("base64")}`;
  return [
    get(path),
    get(`${path}?code=CO1&state=wrong&iss=http%3A%2F%2F${host}`),
    get(`${path}?error=access_denied&error_description=%E2%80%AEno&state=`),
    get(`${ISSUER}/oidc/.well-known/openid-configuration`),
    get(`${ISSUER}/oidc/jwks`),
    get(`/login/app/app_spa/oauth2/authorize?${authorize}`),
    get("/login/app/app_device/oauth2/device?user_code=ABCD-EFGH"),
    get(`${ISSUER}/oauth2/userinfo?access_token=AT1`),
    get(`/login/app/app_spa/oauth2/logout?post_logout_redirect_uri=http%3A%2F%2Fx%2F`),
    post(`${ISSUER}/oauth2/token`, "grant_type=authorization_code&code=CO1&client_id=app_spa"),
    post("/v2/idaas_example/app_machine/oauth2/token", "grant_type=client_credentials", basic),
    post("/v2/idaas_example/app_device/oauth2/device/code", "client_id=app_device&scope=openid"),
    post("/v2/idaas_example/app_web/oauth2/introspect", "token=AT1&client_id=app_web", "Cookie: a=b; a=c"),
    post("/api/v2/iauths_system/oauth2/token", "grant_type=refresh_token&refresh_token=RT1", `Origin: http://${host}`),
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  ];
}

/** A ClientHello of TLS 1.3 as it begins. */
const CLIENT_HELLO = Buffer.from(`16030100c8010000c40303${"a5".repeat(32)}20${"5a".repeat(32)}000413011302`, "hex");

/**
 * What clients send that are broken, old, lost or ill-meaning.
 *
 * @param {string} host
 * @param {string} path
 * @returns {Buffer[]}
 */
export function nasty(host, path) {
  const targets = [
    ...[
      "//",
      "///",
      "//x",
      "//x:y",
      "//[",
      "/\\",
      "\\\\x",
      "/%",
      "/%zz",
      "/%00",
      "/%c0%ae%c0%ae/",
      "/..",
      "/../../etc/passwd",
    ],
    ...[
      "*",
      "?",
      "#",
      "/?",
      "/#",
      "/?#",
      "?a",
      "x",
      ":",
      ":80",
      "http:",
      "http:/",
      "http://",
      "http:///",
      "http://[",
      "http://[::1",
    ],
    ...[
      "http://a b/",
      "http://x:99999/",
      "http://x:-1/",
      "http://u:p@x/",
      "https://x",
      `http://${host}`,
      `http://${host}${path}`,
    ],
    ...[
      `http://${host}:1:2/`,
      "ftp://x/",
      "javascript:alert(1)",
      "data:,x",
      `//${host}${path}`,
      `/.${path}`,
      `${path}/..`,
      `${path}//`,
    ],
    ...[
      `${path}?${"&".repeat(2000)}`,
      `${path}?${"a=b&".repeat(500)}`,
      `${path}?code=%`,
      `${path}?state=%ff&code=%00`,
      `${path}?%`,
    ],
    ...[
      `/${"a".repeat(15_000)}`,
      `/${"%2e%2e/".repeat(500)}`,
      `${path}?code=${"C".repeat(14_000)}&state=s`,
      "/\u00e9",
      "/\u0000",
      "/\u007f",
    ],
    ...["/v2//", "/v2/idaas_example//oauth2/token", "/login/app//oauth2/authorize", "/constructor", "/__proto__"],
  ];
  const methods = ["GET", "HEAD", "POST", "OPTIONS"];
  const texts = targets.flatMap((target, i) => [
    `${methods[i % methods.length]} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET ${target} HTTP/1.0\r\n\r\n`,
  ]);
  const withFields = (...fields) => [`GET ${path} HTTP/1.1`, ...fields, "", ""].join("\r\n");
  const hosts = [
    ...[
      "",
      " ",
      "/",
      "x",
      "x y",
      "[",
      "[]",
      "[::1",
      "::1",
      "%",
      "%00",
      "a@b",
      `${host}/`,
      `${host}?`,
      `${host}#`,
      `${host}:`,
      `${host}:0`,
    ],
    ...[
      `${host},x`,
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "0x7f.1",
      "2130706433",
      "\u00e9",
      "x".repeat(8000),
    ],
  ];
  texts.push(...hosts.map((value) => withFields(`Host: ${value}`)));
  texts.push(
    withFields(),
    withFields(`Host: ${host}`, "Host: evil.example"),
    withFields(`Host: ${host}`, `host: ${host}`),
    withFields(`Host: ${host}`, " folded"),
    withFields(`Host: ${host}`, "X: a", "\tfolded"),
    withFields(`Host : ${host}`),
    withFields(`Host: ${host}`, ": nameless"),
    withFields(`Host: ${host}`, "X: a\u0000b"),
    withFields(`Host: ${host}`, "X: a\rb"),
    withFields(`Host: ${host}`, "X: \u001b[31m\u00ff"),
    withFields(`Host: ${host}`, `X: ${"x".repeat(20_000)}`),
    withFields(`Host: ${host}`, ...Array.from({ length: 2500 }, (_, i) => `X${i}: y`)),
    withFields(`Host: ${host}`, `Cookie: ${"a=b; ".repeat(2000)}`),
    withFields(
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Key: AAAA",
      "Sec-WebSocket-Version: 13",
    ),
    withFields(
      `Host: ${host}`,
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAAP__",
    ),
    withFields(`Host: ${host}`, "Connection: close, Host, keep-alive", "Keep-Alive: timeout=0"),
    withFields(`Host: ${host}`, "Expect: 100-continue"),
    withFields(`Host: ${host}`, "Expect: 200-nonsense"),
    withFields(`Host: ${host}`, "Content-Length: 5"),
    withFields(`Host: ${host}`, "Range: bytes=0-0,-1", "If-None-Match: *"),
    withFields(`Host: ${host}`, "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"),
    `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\nhello`,
    "CONNECT x HTTP/1.1\r\nHost: x\r\n\r\n",
    `TRACE ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `PURGE ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `BREW ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `get ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET ${path}\r\n\r\n`,
    `GET ${path} HTTP/0.9\r\n\r\n`,
    `GET ${path} HTTP/2.0\r\nHost: ${host}\r\n\r\n`,
    `GET ${path} HTTP/9.9\r\nHost: ${host}\r\n\r\n`,
    `GET  ${path}  HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET ${path} HTTP/1.1\nHost: ${host}\n\n`,
    `\r\n\r\nGET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n`,
    "G",
    "\r\n",
    "\u0000".repeat(1000),
    "\u00ff".repeat(1000),
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000",
    "SSH-2.0-OpenSSH_9.9\r\n",
    "EHLO x\r\n",
    "*1\r\n$4\r\nPING\r\n",
  );
  const post = (...rest) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${rest.join("\r\n")}`;
  texts.push(
    post("Content-Length: 5", "Content-Length: 6", "", "hello!"),
    post("Content-Length: -1", "", "x"),
    post("Content-Length: 99999999999999999999", "", "x"),
    post("Content-Length: 1e3", "", "x"),
    post("Content-Length: 5", "Transfer-Encoding: chunked", "", "0\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
    post("Transfer-Encoding: chunked, identity", "", "0\r\n\r\n"),
    post("Transfer-Encoding: xchunked", "", "0\r\n\r\n"),
    post("Transfer-Encoding: chunked", "", "zz\r\n"),
    post("Transfer-Encoding: chunked", "", "ffffffffffffffff\r\nx"),
    post("Transfer-Encoding: chunked", "", `5;${"x".repeat(17_000)}\r\nhello\r\n0\r\n\r\n`),
    post("Transfer-Encoding: chunked", "", "5\r\nhelloworld\r\n0\r\n\r\n"),
    post("Transfer-Encoding: chunked", "Trailer: Host", "", "1\r\nx\r\n0\r\nHost: evil.example\r\n\r\n"),
    post("Transfer-Encoding: chunked", "Expect: 100-continue", "", "1\r\n"),
    post("Content-Length: 100", "Expect: 100-continue", "", "half"),
    post(`Content-Length: ${70_000}`, "", "a".repeat(70_000)),
    post("Content-Length: 1000000", "", "a".repeat(70_000)),
    post("Content-Encoding: gzip", "Content-Length: 3", "", "\u001f\u008b\u0008"),
    honest(host, path).join("").repeat(5),
  );
  return [...texts.map((text) => Buffer.from(text, "latin1")), CLIENT_HELLO];
}

/** Words that a parser of HTTP, of URLs or of forms takes for something. */
const WORDS = [
  ..."\r\n|\n|\r|\r\n\r\n|: |:|;|,|/|//|\\|?|#|&|=|%|%00|%0d%0a|%u0000|*|..|@|[|]|\0|\t| |\x0b|\x7f|\xff|\xc0\x80|\xe2\x80\xae".split(
    "|",
  ),
  ..."HTTP/1.1|HTTP/1.0|GET |POST |Host: |Host: x\r\n|Content-Length: 3\r\n|Transfer-Encoding: chunked\r\n|Connection: close\r\n".split(
    "|",
  ),
  ..."Expect: 100-continue\r\n|Upgrade: x\r\nConnection: upgrade\r\n|http://|https://|[::1]|localhost|code=|state=|error=|client_id=".split(
    "|",
  ),
  ...["0\r\n\r\n", "-1", "65536", "9223372036854775808", "__proto__", "\x1b[31m", "%E2%80%AE", "A".repeat(300)],
];

/**
 * Makes requests for ever: honest and nasty ones with a few things changed.
 *
 * @param {string} host
 * @param {string} path
 * @param {() => number} random
 * @returns {() => Buffer}
 */
export function mutator(host, path, random) {
  const seeds = [...honest(host, path).map((text) => Buffer.from(text, "latin1")), ...nasty(host, path)];
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const mutations = [
    (bytes, at) => {
      const changed = Buffer.from(bytes);
      if (changed.length > 0) changed[at % changed.length] ^= 1 << below(8);
      return changed;
    },
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(WORDS), "latin1"), bytes.subarray(at)]),
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at)]),
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(20))]),
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at - below(at + 1))]),
    (bytes, at) => bytes.subarray(0, at),
    (bytes) => Buffer.concat([bytes, pick(seeds)]),
    (bytes, at) => {
      const other = pick(seeds);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length))]);
    },
  ];
  return () => {
    let bytes = pick(seeds);
    // What is long is as good when it is short, and faster.
    if (bytes.length > 4000 && random() < 0.9) bytes = seeds[below(15)];
    for (let i = 1 + below(5); i > 0; i--) bytes = pick(mutations)(bytes, below(bytes.length + 1));
    return bytes.subarray(0, 200_000);
  };
}
