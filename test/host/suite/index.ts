import { runMocha } from "./mocha.ts";

/** Loads a file of tests, which registers them with mocha's `describe` and `it`. */
export type SuiteFile = () => Promise<unknown>;

/**
 * Runs test files inside an extension host, whichever it is. `compileSuite` makes a module of it that exports `run`, as VS Code
 * wants it for `extensionTestsPath`.
 *
 * @throws when a test fails, which ends the host with another exit code than 0
 */
export async function runSuite(files: readonly SuiteFile[]): Promise<void> {
  const failures = await runMocha(async () => {
    for (const load of files) await load();
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}
