import { createRuntime, type Runtime } from "./runtime.ts";

let runtime: Runtime | undefined;

/**
 * The page's one runtime, for everything on it that runs programs: an interpreter takes 200 MB, and a warm one starts at once.
 *
 * @param base the address of dist/runtime/, ending in a slash
 */
export function sharedRuntime(base: string): Runtime {
  runtime ??= createRuntime(base);
  return runtime;
}
