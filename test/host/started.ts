import type { Progress } from "./cache.ts";

/**
 * Starts a host, and once more where it did not come up: that is a matter of the machine, and nothing has been tested by then. Nothing
 * else is ever tried twice.
 *
 * @throws what the second start throws
 */
export async function started<T>(start: () => Promise<T>, progress: Progress): Promise<T> {
  try {
    return await start();
  } catch (error) {
    progress(`the host did not start and is started once more: ${error instanceof Error ? error.message : error}`);
    return start();
  }
}
