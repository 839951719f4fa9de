/** On which the worker tells pages of navigations; one for each folder of an origin. */
export const CHANNEL = `eiam-token-demo ${new URL("../", import.meta.url).pathname}`;
