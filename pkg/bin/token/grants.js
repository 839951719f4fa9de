import { byBrowser } from "./browser.js";
import { byDevice } from "./device.js";
import { readPassword } from "./password.js";
import { readRefreshToken } from "./refresh-token-file.js";

/**
 * Gets tokens by the grant that the command line names.
 *
 * @param {import("eiam-token").Client} client
 * @param {import("./options.js").Options} options
 * @param {import("./client.js").Context} context
 * @returns {Promise<import("eiam-token").TokenSet>}
 */
export async function getTokens(client, options, { signal, secrets }) {
  const { grant, scope, username = "", refreshTokenFile = "" } = options;
  switch (grant) {
    case "authorization_code":
      return byBrowser(client, options, { signal, secrets });
    case "device_code":
      return byDevice(client, options, { signal, secrets });
    case "refresh_token": {
      const refreshToken = await readRefreshToken(refreshTokenFile);
      secrets.add(refreshToken);
      return client.refresh(refreshToken, { scope, signal });
    }
    case "client_credentials":
      return client.clientCredentials({ scope, signal });
    case "password": {
      const password = await readPassword(username, signal);
      secrets.add(password);
      return client.password({ username, password, scope }, { signal });
    }
  }
}
