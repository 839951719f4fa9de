const NODE_INSPECT = Symbol.for("nodejs.util.inspect.custom");
const DENO_INSPECT = Symbol.for("Deno.customInspect");
const HIDDEN = "[redacted]";

/**
 * A frozen object whose `hidden` members can be read by name and by nothing else: they are getters
 * that no loop, spread, `JSON.stringify` or console sees.
 */
export function redacted<Visible extends object, Hidden extends object>(
  name: string,
  visible: Visible,
  hidden: Hidden,
): Readonly<Visible & Hidden> {
  const object = { ...visible };
  const shown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(visible)) {
    if (value !== undefined) shown[key] = typeof value === "bigint" ? `${value}` : value;
  }
  for (const key of Object.keys(hidden) as (keyof Hidden & string)[]) {
    const value = hidden[key];
    define(object, key, { get: () => value });
    if (value !== undefined && typeof value !== "function") shown[key] = HIDDEN;
  }
  define(object, Symbol.toStringTag, { value: name });
  define(object, "toJSON", { value: () => ({ ...shown }) });
  for (const inspect of [NODE_INSPECT, DENO_INSPECT]) {
    define(object, inspect, { value: () => ({ ...shown }) });
  }
  return Object.freeze(object) as Readonly<Visible & Hidden>;
}

function define(object: object, key: PropertyKey, descriptor: PropertyDescriptor): void {
  Object.defineProperty(object, key, { ...descriptor, enumerable: false });
}
