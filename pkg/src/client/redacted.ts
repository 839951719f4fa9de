import { forJson } from "../json.js";

const NODE_INSPECT = Symbol.for("nodejs.util.inspect.custom");
const DENO_INSPECT = Symbol.for("Deno.customInspect");
const HIDDEN = "[redacted]";

/**
 * Holds what is hidden in a closure, not in a field: consoles of browsers show private fields, too.
 * The getters that read it stand on the prototype, made once for each kind.
 */
class Redacted {
  readonly #reveal: () => object;

  constructor(visible: object, hidden: object) {
    Object.assign(this, visible);
    this.#reveal = () => hidden;
    Object.freeze(this);
  }

  static hidden(object: Redacted): Record<string, unknown> {
    return object.#reveal() as Record<string, unknown>;
  }

  toJSON(): object {
    return forJson(this[NODE_INSPECT]());
  }

  /** What consoles show. */
  [NODE_INSPECT](): object {
    const shown: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(this)) {
      if (value !== undefined) shown[key] = value;
    }
    for (const [key, value] of Object.entries(Redacted.hidden(this))) {
      if (value !== undefined && typeof value !== "function") shown[key] = HIDDEN;
    }
    return shown;
  }

  /** Deno wants the text itself; of an object it would show `[object Object]`. */
  [DENO_INSPECT](inspect: (value: object, options?: object) => string, options?: object): string {
    return inspect(this[NODE_INSPECT](), options);
  }
}

const kinds = /* @__PURE__ */ new Map<string, typeof Redacted>();

/**
 * A frozen object whose `hidden` members can be read by name and by nothing else: no loop, spread,
 * `JSON.stringify` or console sees them.
 *
 * @param name the kind; all objects of one kind have the same hidden members
 */
export function redacted<Visible extends object, Hidden extends object>(
  name: string,
  visible: Visible,
  hidden: Hidden,
): Readonly<Visible & Hidden> {
  let kind = kinds.get(name);
  if (!kind) {
    kind = define(name, Object.keys(hidden));
    kinds.set(name, kind);
  }
  return new kind(visible, hidden) as unknown as Readonly<Visible & Hidden>;
}

function define(name: string, hidden: string[]): typeof Redacted {
  const kind = class extends Redacted {};
  Object.defineProperty(kind, "name", { value: name });
  Object.defineProperty(kind.prototype, Symbol.toStringTag, { value: name });
  for (const key of hidden) {
    Object.defineProperty(kind.prototype, key, {
      get(this: Redacted) {
        return Redacted.hidden(this)[key];
      },
    });
  }
  return kind;
}
