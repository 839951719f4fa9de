/**
 * What anybody can check of accessibility without a library. Each function runs in the page and
 * returns what is wrong, in words.
 */

/** Names, labels, headings, landmarks and references. */
export function structuralProblems() {
  /** @type {string[]} */
  const problems = [];
  const visible = (/** @type {Element} */ element) => element.checkVisibility();
  const describe = (/** @type {Element} */ element) => element.outerHTML.slice(0, 90);

  if (!document.documentElement.lang) problems.push("the page has no language");
  if (!document.title) problems.push("the page has no title");
  if (document.querySelectorAll("main").length !== 1) problems.push("there is not one main");
  if (document.querySelectorAll("h1").length !== 1) problems.push("there is not one h1");

  for (const input of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const labels = /** @type {HTMLInputElement} */ (input).labels ?? [];
    const label = [...labels].some((each) => each.textContent?.trim());
    if (!label && !input.getAttribute("aria-label")) problems.push(`no label: ${describe(input)}`);
  }
  for (const control of document.querySelectorAll("button, a[href], summary, [role=img]")) {
    const name = control.getAttribute("aria-label") ?? control.textContent?.trim();
    if (!name) problems.push(`no name: ${describe(control)}`);
    const text = control.textContent?.trim() ?? "";
    const label = control.getAttribute("aria-label");
    // WCAG 2.5.3: who says what is written there must be understood.
    if (label && text && !label.toLowerCase().includes(text.toLowerCase())) problems.push(`label without its text: ${describe(control)}`);
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!visible(heading)) continue;
    const next = Number(heading.tagName[1]);
    if (next > level + 1) problems.push(`h${next} after h${level}: ${describe(heading)}`);
    level = next;
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) problems.push(`ids used twice: ${twice.join(" ")}`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of (element.getAttribute(attribute) ?? "").split(/\s+/)) {
        if (!document.getElementById(id)) problems.push(`${attribute} names nothing: ${describe(element)}`);
      }
    }
  }
  for (const element of document.querySelectorAll("[style], script:not([src])")) problems.push(`inline: ${describe(element)}`);
  for (const element of document.querySelectorAll("[tabindex]")) {
    if (Number(element.getAttribute("tabindex")) > 0) problems.push(`tabindex above 0: ${describe(element)}`);
  }
  return problems;
}

/**
 * Text whose contrast to what is behind it is below WCAG AA: 4.5, or 3 where it is large.
 */
export function contrastProblems() {
  /** @type {string[]} */
  const problems = [];
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (!canvas) return ["no canvas"];

  /** @param {string} color Any notation, also color(srgb …). */
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  /** @param {number[]} color */
  const luminance = (color) => {
    const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /** @param {Element} element */
  const behind = (element) => {
    for (let at = /** @type {Element | null} */ (element); at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return rgba("Canvas");
  };
  let looked = 0;
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (!text || !element.checkVisibility()) continue;
    looked++;
    const style = getComputedStyle(element);
    const [front, back] = [luminance(rgba(style.color)), luminance(behind(element))];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) problems.push(`${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 90)}`);
  }
  if (looked === 0) problems.push("no text was found");
  return problems;
}

/** How far the page is wider than its window. */
export function overflow() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    const { right } = element.getBoundingClientRect();
    return right > clientWidth + 0.5 && !element.closest(".scroll");
  });
  return [`${scrollWidth} px in ${clientWidth} px`, ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 90))];
}
