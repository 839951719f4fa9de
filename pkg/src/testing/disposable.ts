/** `AsyncDisposable` if the program's type libraries have `Symbol.asyncDispose`, and an empty type otherwise. */
export type HostAsyncDisposable = SymbolConstructor extends { readonly asyncDispose: infer K extends symbol }
  ? { [P in K]: () => Promise<void> }
  : object;
