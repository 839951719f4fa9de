/// <reference lib="dom" />
/** What hands run in the page, so each of these functions is complete in itself. */

/**
 * Notes what the next click comes to. False if the element is not there or still moves.
 *
 * @param {string} selector
 */
export async function expectClick(selector) {
  const find = () => {
    const element = document.querySelector(selector);
    const { x = 0, y = 0, width = 0, height = 0 } = element?.getBoundingClientRect() ?? {};
    return { element, place: [x, y, width, height].join() };
  };
  const { element } = find();
  if (!element) return false;
  const { top, bottom } = element.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block: "center", behavior: "instant" });
  const before = find();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const now = find();
  if (now.element !== element || now.place !== before.place) return false;
  const click = { came: "nowhere" };
  const note = (/** @type {Event} */ event) => {
    click.came = event.composedPath().includes(element) ? "element" : "elsewhere";
  };
  addEventListener("click", note, { capture: true, once: true });
  Object.assign(globalThis, { lastClick: click });
  return true;
}

/** What the click that was expected came to. */
export function whereClickCame() {
  return /** @type {{ came: string } | undefined} */ (/** @type {any} */ (globalThis).lastClick)?.came ?? "gone";
}

/**
 * Remembers the field. False if it is not there.
 *
 * @param {string} selector
 */
export function expectTyping(selector) {
  const field = document.querySelector(selector);
  Object.assign(globalThis, { lastField: field });
  return field !== null;
}

/**
 * What the field has, and whether it is the one that was there before and has the focus.
 *
 * @param {string} selector
 */
export function whatWasTyped(selector) {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector(selector));
  const same =
    field !== null && field === /** @type {any} */ (globalThis).lastField && field === document.activeElement;
  return { same, value: field?.value };
}

/** Which page it is, for the error of a step that could not be done. */
export function whatIsShown() {
  const text = document.body?.innerText.replace(/\s+/g, " ").slice(0, 300);
  return `${location.href} (${document.readyState}): ${text}`;
}
