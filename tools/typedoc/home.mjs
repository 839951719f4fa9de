import { JSX } from "typedoc";

/**
 * A plugin of TypeDoc: each page of the reference leads to the guides, whose index page is in the folder above.
 *
 * @param {import("typedoc").Application} app
 */
export function load(app) {
  app.renderer.hooks.on("sidebar.begin", (context) =>
    JSX.createElement(
      "p",
      null,
      JSX.createElement("a", { href: context.relativeURL("../index.html") }, "← eiam-token: the guides"),
    ),
  );
}
