/**
 * Prints results for the tests to read, and when they were there.
 * @param {unknown} results
 */
export function report(results) {
  console.log(`RESULTS ${JSON.stringify({ results, at: Date.now() })} END`);
}
