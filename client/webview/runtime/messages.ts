/**
 * Everything that the page and the worker say to each other. Each side parses what it receives: the worker runs code that a
 * learner, or a file of theirs, has written.
 */
import * as z from "zod/mini";

// Zod's fast path compiles functions from strings, which the panel's content security policy forbids.
z.config({ jitless: true });

/** Longer than the driver's own bounds, which it applies before it tells. */
const Text = z.string().check(z.maxLength(80_000));
/** 1-based, in the program; `null` for what no line of it caused. */
const Line = z.nullable(z.int().check(z.positive()));
const Count = z.int().check(z.nonnegative());

/** What a program may be: code, and what runs ahead of it in the same module without being told of. */
export const Source = z.strictObject({
  setup: z.string().check(z.maxLength(200_000)),
  code: z.string().check(z.maxLength(200_000)),
});
export type Source = z.infer<typeof Source>;

/** What a program does, in order. Statements are numbered from 0 as they come. */
export const Event = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("output"), text: Text, line: Line }),
  /** `parameters` is what Python's `repr` shows of them, empty where there are none. */
  z.strictObject({ type: z.literal("statement"), sql: Text, parameters: Text, line: Line }),
  /** The statement returns rows, of these columns. */
  z.strictObject({ type: z.literal("columns"), statement: Count, names: z.array(Text) }),
  /** Rows that were fetched, as text; `null` is NULL. */
  z.strictObject({ type: z.literal("rows"), statement: Count, rows: z.array(z.array(z.nullable(Text))) }),
  /** How many rows a statement that returns none has changed. */
  z.strictObject({ type: z.literal("changed"), statement: Count, count: Count }),
  z.strictObject({ type: z.literal("warning"), category: Text, message: Text, line: Line }),
  /** `summary` in one line; `traceback` as Python shows it, of the program's own frames; `full` of all. */
  z.strictObject({ type: z.literal("error"), summary: Text, traceback: Text, full: Text, line: Line }),
  z.strictObject({
    type: z.literal("end"),
    /** Of each statement that returns rows: its number, and how many were fetched. */
    fetched: z.array(z.tuple([Count, Count])),
    /** What was left out: characters of output, statements, warnings. */
    unsaid: z.strictObject({ output: Count, statements: Count, warnings: Count }),
  }),
]);
export type Event = z.infer<typeof Event>;

const Bytes = z.instanceof(Uint8Array);

/** The files of dist/runtime/ that the worker is handed, since it can fetch none. */
export const PARTS = ["python.wasm", "library.zip", "sqlalchemy.zip", "driver.py"] as const;
export const Parts = z.strictObject({
  "library.zip": Bytes,
  "sqlalchemy.zip": Bytes,
  "driver.py": Bytes,
});
export type Parts = z.infer<typeof Parts>;

export const ToWorker = z.discriminatedUnion("type", [
  /** `module` is python.wasm, compiled. `snapshot` is the memory of an interpreter that has started before. */
  z.strictObject({
    type: z.literal("start"),
    module: z.instanceof(WebAssembly.Module),
    parts: Parts,
    snapshot: z.optional(Bytes),
  }),
  z.strictObject({ type: z.literal("run"), source: Source }),
]);
export type ToWorker = z.infer<typeof ToWorker>;

export const FromWorker = z.discriminatedUnion("type", [
  /** Programs can run. The first interpreter of a page says what its memory holds, for starting the next one faster. */
  z.strictObject({ type: z.literal("ready"), snapshot: z.optional(Bytes) }),
  /** JSON of an `Event`: the driver's own words. */
  z.strictObject({ type: z.literal("event"), json: z.string().check(z.maxLength(400_000)) }),
  /** The program has ended and is cleared away. */
  z.strictObject({ type: z.literal("done") }),
  /** The interpreter is broken, or never started: nothing more can run in it. */
  z.strictObject({ type: z.literal("broken"), reason: Text }),
]);
export type FromWorker = z.infer<typeof FromWorker>;
