/**
 * The part of `node:assert/strict` that suites use, for the worker host, which has no Node modules: `compileSuite` puts it in
 * that module's place.
 */
const assert = { ok, equal, notEqual, deepEqual, match, rejects, fail };

export class AssertionError extends Error {
  readonly actual: unknown;
  readonly expected: unknown;

  constructor(message: string, actual?: unknown, expected?: unknown) {
    super(message);
    this.name = "AssertionError";
    this.actual = actual;
    this.expected = expected;
  }
}

function ok(value: unknown, message?: string): asserts value {
  if (!value) throw new AssertionError(message ?? `${show(value)} is not truthy`, value, true);
}

function equal<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  if (!Object.is(actual, expected)) {
    throw new AssertionError(message ?? `${show(actual)} is not ${show(expected)}`, actual, expected);
  }
}

function notEqual(actual: unknown, expected: unknown, message?: string): void {
  if (Object.is(actual, expected)) throw new AssertionError(message ?? `is ${show(expected)}`, actual, expected);
}

/** Compares plain data (JSON values and `undefined`), whatever the order of keys. */
function deepEqual<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  if (show(actual) !== show(expected)) {
    throw new AssertionError(message ?? `${show(actual)} is not ${show(expected)}`, actual, expected);
  }
}

function match(text: string, pattern: RegExp, message?: string): void {
  if (!pattern.test(text))
    throw new AssertionError(message ?? `${show(text)} does not match ${pattern}`, text, pattern);
}

async function rejects(action: Promise<unknown> | (() => Promise<unknown>), expected?: RegExp): Promise<void> {
  try {
    await (typeof action === "function" ? action() : action);
  } catch (error) {
    if (expected) match(String(error), expected);
    return;
  }
  throw new AssertionError("was expected to reject");
}

function fail(message = "failed"): never {
  throw new AssertionError(message);
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (isRecord(part) ? sorted(part) : part)) ?? String(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export { deepEqual, equal, fail, match, notEqual, ok, rejects };
// In the place of node:assert/strict, whose default export is what suites import.
// biome-ignore lint/style/noDefaultExport: see above
export default assert;
