/**
 * What the scenarios need of a browser engine. Each engine has all of it: one that could do less
 * would pass for less.
 *
 * @typedef {import("../hands/hands.mjs").Evaluate} Evaluate
 *
 * @typedef {object} Engine
 * @property {string} name
 * @property {() => Promise<Visit>} visit
 *   a browser without a past, at a demo that is served for it alone
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Visit
 * @property {string} url of the demo
 * @property {Tab} tab the first one, with the demo open
 * @property {(from: Tab, selector: string) => Promise<Tab>} openTab
 *   presses a link that opens a tab, and returns that
 * @property {() => Promise<void>} stopWorker
 *   ends the service worker, with all that it has in memory, at once; once in a visit
 * @property {() => Promise<boolean>} workerRuns
 *   whether a service worker runs: after {@link stopWorker} one that has been started since then
 * @property {() => string[]} complaints
 *   what went wrong that no page shows: errors and warnings of consoles, exceptions, requests to
 *   elsewhere; as far as the engine can tell
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Tab
 * @property {(url: string) => Promise<void>} open
 * @property {() => Promise<void>} reload
 * @property {() => Promise<void>} show brings it to the front
 * @property {(selector: string) => Promise<void>} click
 * @property {(selector: string, text: string) => Promise<void>} type replaces what a field contains
 * @property {Evaluate} look
 *   runs a function that changes nothing, again where the page was just being left
 * @property {Evaluate} evaluate runs a function once, in a page that stays
 * @property {() => Promise<Uint8Array>} picture as PNG
 */

export {};
