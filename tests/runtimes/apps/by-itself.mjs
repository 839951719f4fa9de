// Does in a page what its address asks for, and tells the console what came of it: for a browser that
// nobody drives. It stands beside the application, whose script is /app.js.
const { lacks, calls } = JSON.parse(decodeURIComponent(location.search.slice(1)));

async function play() {
  for (const name of lacks) Reflect.deleteProperty(globalThis, name);
  await import(new URL("/app.js", location.href).href);
  let value;
  for (const [name, ...args] of calls) value = await globalThis.runtimeChecks[name](...args);
  return value;
}

const tell = (/** @type {object} */ outcome) => console.log(`by-itself: ${JSON.stringify(outcome)}`);
play().then(
  (value) => tell({ value }),
  (error) => tell({ error: `${error}` }),
);
