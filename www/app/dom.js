/**
 * The element of an id.
 *
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * Makes an element.
 *
 * @param {string} name
 * @param {Record<string, unknown>} attributes a function is a listener; `undefined` and `false` are left out
 * @param {...(Node | string | undefined)} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/**
 * Shows a sentence where it belongs, and tells it to screen readers.
 *
 * @param {HTMLElement} place with role="status"
 * @param {string | Node | readonly (string | Node)[]} what
 * @param {"done" | "error" | "going"} [kind]
 */
export function tell(place, what, kind = "done") {
  place.dataset.kind = kind;
  place.replaceChildren(...[what].flat());
}

/** @param {HTMLElement} place */
export function hush(place) {
  place.removeAttribute("data-kind");
  place.replaceChildren();
}
