import { testFiles } from "./node.mjs";

const needs = ["build"];

/**
 * The tests in other languages that the pages show: a step for each, because a machine may have but some of them.
 *
 * @type {readonly import("./steps.mjs").TestStep[]}
 */
export const languageSteps = [
  { name: "pytest", label: "Example for pytest", needs, programs: ["Python 3"], tests: testsOf("pytest") },
  {
    name: "junit",
    label: "Example for JUnit",
    needs,
    programs: ["Java with JUnit 5 and Jackson"],
    tests: testsOf("junit"),
  },
  { name: "go", label: "Example for Go", needs, programs: ["Go"], tests: testsOf("go") },
  { name: "curl", label: "Example for curl", needs, programs: ["bash", "curl"], tests: testsOf("curl") },
];

/** @param {string} name */
function testsOf(name) {
  return () => testFiles([`tests/languages/${name}.test.mjs`]);
}
