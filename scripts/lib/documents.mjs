import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/** What both packages have, and npm takes only from the folder that it packs. */
const LICENSES = ["LICENSE-APACHE", "LICENSE-MIT"];

/** What a browser shows as a picture and not as a page about a file. */
const PICTURE = /\.(?:png|svg|webp)$/;

/** Copies the documents that belong into the npm package. */
export function copyDocuments() {
  for (const name of LICENSES) copyFileSync(inRoot(name), inRoot(`pkg/${name}`));
  writeFileSync(inRoot("pkg/README.md"), absoluteLinks(readFileSync(inRoot("README.md"), "utf8")));
}

/**
 * The text with its links to files of the repository made absolute. Where npm shows the README, and in
 * `node_modules`, the files that it leads to are not beside it. In the repository itself links are relative,
 * so that they stay in the branch, the fork or the folder that somebody reads.
 *
 * @param {string} markdown
 */
export function absoluteLinks(markdown) {
  // Code is matched first, so that nothing in it is taken for a link.
  return markdown.replace(/^```[\s\S]*?^```|(`+).*?\1|\]\((?![a-z]+:|#)([^)\s]+)\)/gim, (whole, _, target) =>
    target === undefined ? whole : `](${repositoryUrl(target)})`,
  );
}

/**
 * Where the repository's host shows a file.
 *
 * @param {string} path from the root of the repository, perhaps with an anchor
 */
export function repositoryUrl(path) {
  const { repository } = JSON.parse(readFileSync(inRoot("pkg/package.json"), "utf8"));
  const place = repository.url.replace(/^git\+|\.git$/g, "");
  return `${place}/${PICTURE.test(path) ? "raw" : "blob"}/HEAD/${path}`;
}
