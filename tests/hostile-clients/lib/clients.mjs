import { authCore } from "../clients/auth-core.mjs";
import { authlib } from "../clients/authlib.mjs";
import { badgateway } from "../clients/badgateway.mjs";
import { oauth4webapi } from "../clients/oauth4webapi.mjs";
import { oidcClientTs } from "../clients/oidc-client-ts.mjs";
import { openidClient } from "../clients/openid-client.mjs";
import { openidconnect } from "../clients/openidconnect.mjs";
import { ours } from "../clients/ours.mjs";

/** In the order of the table. @type {readonly import("./run.mjs").Client[]} */
export const clients = [
  ...[ours, oauth4webapi, openidClient, oidcClientTs],
  ...[badgateway, authCore, authlib, openidconnect],
];
