import "mocha/mocha.js";
import { patience } from "../../harness/patience.ts";
import { lineMarker } from "./marker.ts";

/** mocha's own build for browsers sets this global: the one form of mocha 12 that a CommonJS bundle and a worker can hold. */
interface WithMocha {
  readonly Mocha: MochaStatic;
}

interface MochaStatic {
  new (options: { ui: string; reporter: unknown; timeout: number }): MochaInstance;
  readonly reporters: { readonly Spec: unknown; readonly Base: { consoleLog(...parts: unknown[]): void } };
}

interface MochaInstance {
  readonly suite: { emit(event: "pre-require" | "require" | "post-require", ...args: unknown[]): void };
  run(done: (failures: number) => void): unknown;
}

/**
 * Runs what `load` registers, reporting each line through the console with the suites' marker.
 *
 * @returns the number of failed tests
 */
export async function runMocha(load: () => Promise<void>): Promise<number> {
  const { Mocha } = globalThis as unknown as WithMocha;
  Mocha.reporters.Base.consoleLog = (...parts) => {
    for (const line of formatted(parts).split("\n")) console.log(`${lineMarker}${line}`);
  };
  const mocha = new Mocha({ ui: "bdd", reporter: Mocha.reporters.Spec, timeout: patience.step });
  mocha.suite.emit("pre-require", globalThis, undefined, mocha);
  await load();
  return new Promise((done) => {
    mocha.run(done);
  });
}

/** The part of `util.format` that mocha's reporters use, for hosts that have no `node:util`. */
function formatted([format = "", ...values]: readonly unknown[]): string {
  const rest = [...values];
  const text = String(format).replace(/%[sd]/g, (hole) => (rest.length > 0 ? String(rest.shift()) : hole));
  return [text, ...rest].map(String).join(" ").replaceAll("%%", "%");
}
