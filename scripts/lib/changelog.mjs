const UNRELEASED = "## [Unreleased]";

/**
 * The changelog in which what is not released yet is this version's.
 *
 * @param {string} text
 * @param {string} version
 * @param {string} date as 2026-01-31
 * @throws {Error} if there is nothing to release
 */
export function releaseNotes(text, version, date) {
  if (text.includes(`## [${version}]`)) throw new Error(`the changelog already has a version ${version}`);
  const begin = text.indexOf(UNRELEASED);
  if (begin < 0) throw new Error(`the changelog has no section "${UNRELEASED}"`);
  const body = begin + UNRELEASED.length;
  const next = text.indexOf("\n## [", body);
  const notes = text.slice(body, next < 0 ? undefined : next).trim();
  if (notes === "") throw new Error(`the changelog has nothing under "${UNRELEASED}"`);
  const changelog = `${text.slice(0, body)}\n\n## [${version}] - ${date}${text.slice(body)}`;
  return { changelog, notes };
}
