import { By, error } from "selenium-webdriver";

/** What the W3C's standard calls it when an element, a frame or a page is not what it was, or is not in reach. */
const MOVED = [
  error.StaleElementReferenceError,
  error.NoSuchElementError,
  error.ElementNotInteractableError,
  error.ElementClickInterceptedError,
  error.NoSuchFrameError,
];

/**
 * Hands for the window that a W3C WebDriver has switched to. None of the errors comes after a click: the
 * standard has an element found, scrolled to and measured before the pointer is pressed (WebDriver section
 * 12.5.1).
 *
 * @param {import("selenium-webdriver").WebDriver} driver
 * @returns {import("./hands.mjs").Hands}
 */
export function handsOf(driver) {
  const find = (/** @type {string} */ selector) => driver.findElement(By.css(selector));
  return {
    moved: (thrown) => MOVED.some((each) => thrown instanceof each),
    closed: (thrown) => thrown instanceof error.NoSuchWindowError,
    evaluate: (run, ...args) => driver.executeScript(`return (${run}).apply(null, arguments);`, ...args),
    click: async (selector) => (await find(selector)).click(),
    async type(selector, text) {
      const field = await find(selector);
      await field.clear();
      await field.sendKeys(text);
    },
  };
}
