import { OAuth2Server } from "oauth2-mock-server";

/**
 * @typedef {object} RawAnswer
 * @property {string | Uint8Array} body sent as it is: no JSON library has a say
 * @property {number} [status]
 * @property {Record<string, string>} [headers]
 */

/** Starts oauth2-mock-server on 127.0.0.1 and a free port. */
export async function startMockServer() {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("ES256");
  await server.start(0, "127.0.0.1");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = issuer;
  const { service } = server;

  return {
    issuer,
    /** The hooks: `once(name, listener)` changes one single answer. */
    service,

    /**
     * Lets the next answer of the token endpoint or of userinfo be these bytes.
     *
     * @param {RawAnswer} answer
     * @param {"beforeResponse" | "beforeUserinfo"} [hook]
     */
    answerOnce({ body, status = 200, headers = {} }, hook = "beforeResponse") {
      service.once(hook, (_, { res }) => {
        res.json = () => {
          const type = "application/json";
          res.writeHead(status, { "content-type": type, ...headers });
          return res.end(body);
        };
      });
    },

    /** Lets the next token request end without an answer. */
    hangUpOnce() {
      service.once("beforeResponse", (_, { res, socket }) => {
        res.json = () => socket.destroy();
      });
    },

    stop: () => server.stop(),
  };
}
