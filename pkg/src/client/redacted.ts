import { forJson } from "../json.js";

const NODE_INSPECT = Symbol.for("nodejs.util.inspect.custom");
const DENO_INSPECT = Symbol.for("Deno.customInspect");
const HIDDEN = "[redacted]";

/** What gives each hidden member of an object, from all that is hidden in it. */
type Getters<Hidden, Members> = { readonly [Name in keyof Members]: (hidden: Hidden) => Members[Name] };

type Kind = ReturnType<typeof define>;

const kinds: Record<string, Kind> = {};

/**
 * A frozen object whose hidden members can be read by name and by nothing else: no loop, spread,
 * `JSON.stringify` or console sees them.
 *
 * @param name the kind; all objects of one kind have the same hidden members
 * @param getters what gives the members that can be read; without it, each of `hidden` is one
 */
export function redacted<Visible extends object, Hidden extends object, Members = Hidden>(
  name: string,
  visible: Visible,
  hidden: Hidden,
  getters?: Getters<Hidden, Members>,
): Readonly<Visible & Members> {
  const kind = (kinds[name] ??= define(name, Object.keys(getters ?? hidden), getters));
  return new kind(visible, hidden) as unknown as Readonly<Visible & Members>;
}

/** Makes the class of a kind. Its prototype has the getters, because making them for each object would be slow. */
function define(name: string, members: string[], getters: object | undefined) {
  const kind = class {
    /** A closure, not the hidden object itself: consoles of browsers show private fields, too. */
    readonly #reveal: () => object;

    constructor(visible: object, hidden: object) {
      Object.assign(this, visible);
      this.#reveal = () => hidden;
      Object.freeze(this);
    }

    static member(object: InstanceType<typeof kind>, member: string): unknown {
      const hidden = object.#reveal();
      return getters ? (getters as Getters<object, Record<string, unknown>>)[member]!(hidden) : hidden[member as never];
    }

    get [Symbol.toStringTag](): string {
      return name;
    }

    toJSON(): object {
      return forJson(this[NODE_INSPECT]());
    }

    /** What consoles show. */
    [NODE_INSPECT](): object {
      const shown: Record<string, unknown> = {};
      for (const member of [...Object.keys(this), ...members]) {
        const value = this[member as never] as unknown;
        if (value === undefined || typeof value === "function") continue;
        shown[member] = members.includes(member) ? HIDDEN : value;
      }
      return shown;
    }

    /** What Deno's console shows. Deno wants the text itself, and would show an object as `[object Object]`. */
    [DENO_INSPECT](inspect: (value: object, options?: object) => string, options?: object): string {
      return inspect(this[NODE_INSPECT](), options);
    }
  };
  Object.defineProperty(kind, "name", { value: name });
  for (const member of members) {
    Object.defineProperty(kind.prototype, member, {
      get() {
        return kind.member(this, member);
      },
    });
  }
  return kind;
}
