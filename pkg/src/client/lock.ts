/**
 * Does something while nobody else of the origin does anything under this name, by the Web Locks API. Where that API
 * is missing, or refuses, as in a sandboxed frame, nobody else is kept out.
 *
 * @param action gets whether others are kept out; what it returns or throws is passed on
 * @internal
 */
export async function exclusively<T>(name: string, action: (alone: boolean) => T): Promise<Awaited<T>> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  let started = false;
  try {
    if (locks) {
      return (await locks.request(name, () => {
        started = true;
        return action(true);
      })) as Awaited<T>;
    }
  } catch (error) {
    if (started) throw error;
  }
  return await action(false);
}
