/**
 * Presets for servers that speak dialects of OAuth 2.0 and OpenID Connect. Each returns options to spread into a
 * client's, and says which check it gives up.
 *
 * @module eiam-token/providers
 */

export { EiamTokenError, InvalidArgumentError } from "../../errors.js";
export type { AnswerAbout, Parse } from "../parse.js";
export { type AppleClientSecretOptions, apple, appleClientSecret } from "./apple.js";
export { type AzureB2COptions, type EntraOptions, azureB2C, entra } from "./entra.js";
export { type FacebookDeviceOptions, facebookDevice } from "./facebook.js";
export { type GitHubOptions, gitHub } from "./github.js";
export { google } from "./google.js";
export { type KeycloakOptions, keycloak } from "./keycloak.js";
export { type LinkedInOptions, linkedIn } from "./linkedin.js";
export type { Preset, PresetFetch } from "./preset.js";
export { type SlackOptions, slack } from "./slack.js";
export { type SquareOptions, square } from "./square.js";
export { tikTok } from "./tiktok.js";
export { twitch } from "./twitch.js";
