import { joseParty } from "../parties/jose.mjs";
import { oauth4webapi } from "../parties/oauth4webapi.mjs";
import { openidClient } from "../parties/openid-client.mjs";
import { ours } from "../parties/ours.mjs";

/** Everybody who is given the cases, this project first. @type {readonly import("./run.mjs").Party[]} */
export const parties = [ours, joseParty, oauth4webapi, openidClient];
