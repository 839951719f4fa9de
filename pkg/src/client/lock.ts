/**
 * Calls `action` while nobody else of the origin does so under this name, by the Web Locks API. If that API is missing,
 * or refuses, as in a sandboxed frame, others are not kept out.
 *
 * @param action gets whether others are kept out
 * @returns what `action` returns
 * @throws what `action` throws
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
