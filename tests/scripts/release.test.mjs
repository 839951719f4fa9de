import assert from "node:assert/strict";
import { test } from "node:test";
import { releaseNotes } from "../../scripts/lib/changelog.mjs";
import { isVersion, versions } from "../../scripts/lib/versions.mjs";

test("the crate and the npm package have one version, in every file that says it", () => {
  const found = versions();
  assert.ok(found.length >= 5);
  for (const { file, version } of found) {
    assert.ok(isVersion(version), `${file}: ${version}`);
    assert.equal(version, found[0]?.version, file);
  }
});

test("versions are those of Semantic Versioning", () => {
  for (const text of ["0.1.0", "10.20.30", "1.0.0-rc.1", "1.0.0-alpha-x.0"]) assert.ok(isVersion(text), text);
  for (const text of ["", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3+build", "1.2.3\n"]) {
    assert.ok(!isVersion(text), JSON.stringify(text));
  }
});

const CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.0.0] - 2026-01-01\n\n- Old.\n";

test("what is not released yet becomes the version's", () => {
  const { changelog, notes } = releaseNotes(CHANGELOG, "1.1.0", "2026-02-03");
  assert.equal(notes, "### Added\n\n- A thing.");
  assert.equal(
    changelog,
    "# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-02-03\n\n### Added\n\n- A thing.\n\n## [1.0.0] - 2026-01-01\n\n- Old.\n",
  );
});

test("a release needs notes, and a version of its own", () => {
  const { changelog } = releaseNotes(CHANGELOG, "1.1.0", "2026-02-03");
  assert.throws(() => releaseNotes(changelog, "1.2.0", "2026-02-04"), /nothing under/);
  assert.throws(() => releaseNotes(CHANGELOG, "1.0.0", "2026-02-04"), /already/);
  assert.throws(() => releaseNotes("# Changelog\n", "1.0.0", "2026-02-04"), /no section/);
});
