// Assertions that every runtime has: neither a browser nor a Worker has node:assert.

/**
 * @param {unknown} condition
 * @param {string} message
 */
export function ok(condition, message) {
  if (!condition) throw new Error(message);
}

/**
 * Compares as text, `bigint` and `undefined` included.
 *
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} [message]
 */
export function same(actual, expected, message = "") {
  if (text(actual) !== text(expected)) {
    throw new Error(`${message} ${text(actual)} is not ${text(expected)}`.trim());
  }
}

/**
 * Expects an error with these properties, and returns it.
 *
 * @param {() => unknown} action may be asynchronous
 * @param {Function} type
 * @param {Record<string, unknown>} properties
 */
export async function fails(action, type, properties) {
  let value;
  try {
    value = await action();
  } catch (error) {
    ok(error instanceof type, `${error} is no ${type.name}`);
    ok(error instanceof Error, `${error} is no Error`);
    for (const [name, expected] of Object.entries(properties)) {
      same(/** @type {any} */ (error)[name], expected, `${name} of ${error}:`);
    }
    return /** @type {any} */ (error);
  }
  throw new Error(`no error, but ${text(value)}`);
}

/** @param {unknown} value */
function text(value) {
  const written = JSON.stringify(value, (_, member) => {
    if (typeof member === "bigint") return `${member}n`;
    return member === undefined ? "(undefined)" : member;
  });
  return written ?? "(undefined)";
}
