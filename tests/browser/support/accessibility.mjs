import axe from "axe-core";

/** Whatever axe-core knows, apart from the wishes of WCAG's level AAA. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice", "experimental"];

/**
 * What axe-core has against a page, in words.
 *
 * @param {import("puppeteer-core").Page} page
 * @returns {Promise<string[]>}
 */
export async function accessibilityProblems(page) {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(
    (values) =>
      /** @type {{ axe: import("axe-core") }} */ (/** @type {unknown} */ (globalThis)).axe.run({
        runOnly: { type: "tag", values },
      }),
    TAGS,
  );
  if (!passes.some(({ id }) => id === "color-contrast")) return ["axe-core has seen no text"];
  return violations.map(
    ({ impact, id, nodes }) =>
      `${impact}, ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
  );
}

/** How far the page is wider than its window. Runs in the page. */
export function overflow() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    const { right } = element.getBoundingClientRect();
    return right > clientWidth + 0.5 && !element.closest(".scroll");
  });
  return [
    `${scrollWidth} px in ${clientWidth} px`,
    ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 90)),
  ];
}
