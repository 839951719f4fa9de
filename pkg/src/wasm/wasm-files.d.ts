/** A module file that the host compiles: what `import` gives under the `workerd` condition. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

/** The same file as text, put into the bundle by the build; see `printable.ts`. */
declare module "*.wasm?printable" {
  const text: string;
  export default text;
}
