import { javascript } from "../lib/javascript.mjs";

export const path = "docs/errors.md";
export const blocks = {
  Classes: [javascript({ names: async (world) => ({ client: await world.spa() }) }), javascript()],
};
