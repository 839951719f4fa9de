/**
 * @typedef {{ href: string, text: string, isHere: boolean }} MenuLink
 * @typedef {object} PageParts
 * @property {string} title
 * @property {string} language
 * @property {string} style where the style sheet is
 * @property {string} home where the index page is
 * @property {string} menuName
 * @property {{ href: string, text: string, language: string }} twin the page in the other language
 * @property {readonly { name: string, links: readonly MenuLink[] }[]} groups of the menu
 * @property {string} content HTML
 */

/**
 * A whole page. It has no script and loads nothing but its style sheet and its pictures, so it works from any
 * folder, and from a disk.
 *
 * @param {PageParts} parts
 */
export function page({ title, language, style, home, menuName, twin, groups, content }) {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escapeHtml(style)}">
</head>
<body>
<header>
<a class="home" href="${escapeHtml(home)}">eiam-token</a>
<a class="to-menu" href="#menu">${escapeHtml(menuName)}</a>
<a lang="${twin.language}" hreflang="${twin.language}" href="${escapeHtml(twin.href)}">${escapeHtml(twin.text)}</a>
</header>
<div class="columns">
<main>
${content}</main>
<nav id="menu" aria-label="${escapeHtml(menuName)}">
${groups.map(group).join("\n")}
</nav>
</div>
</body>
</html>
`;
}

/** @param {{ name: string, links: readonly MenuLink[] }} group */
function group({ name, links }) {
  const items = links.map(({ href, text, isHere }) => {
    const here = isHere ? ' aria-current="page"' : "";
    return `<li><a href="${escapeHtml(href)}"${here}>${escapeHtml(text)}</a></li>`;
  });
  return `<p>${escapeHtml(name)}</p>\n<ul>\n${items.join("\n")}\n</ul>`;
}

/** @param {string} text */
export function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
