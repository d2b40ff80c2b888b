/**
 * Everything that the client and the lesson page say to each other, in both directions, and what the page keeps across a reload.
 * Each side parses what it receives and drops what does not fit: neither trusts the other.
 */
import * as z from "zod/mini";
import { Page } from "../../../content/schema.ts";

const Name = z.string().check(z.maxLength(64), z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));

/** `lesson`, `lesson#section`, `rule:id` or `review`. */
const Target = z.string().check(z.maxLength(140), z.regex(/^(rule:)?[a-z0-9]+(-[a-z0-9]+)*(#[a-z0-9-]+)?$/));

/** A line of the reader's own code and where it is; text from their workspace, so only ever shown as text. */
export const Example = z.strictObject({
  code: z.string().check(z.maxLength(8_000)),
  source: z.string().check(z.maxLength(400)),
});
export type Example = z.infer<typeof Example>;

const Code = z.string().check(z.maxLength(20_000));
const Sentence = z.string().check(z.maxLength(2_000));
const Path = z.string().check(z.maxLength(1_000));
const Layer = z.nullable(z.enum(["core", "orm", "both"]));

/** A place of the reader's own code. The page names it by its number: where it is only the client knows. */
export const Place = z.strictObject({
  path: Path,
  /** 1-based. */
  line: z.int().check(z.positive()),
  text: Sentence,
  name: Sentence,
  layer: Layer,
  sections: z.array(Name).check(z.maxLength(8)),
});
export type Place = z.infer<typeof Place>;

/** Where what a lesson teaches occurs in the reader's code, or why that can't be told. */
export const Places = z.strictObject({
  state: z.enum(["found", "noFolder", "unavailable"]),
  places: z.array(Place).check(z.maxLength(2_000)),
  /** By section, all places, listed or not. */
  counts: z.record(Name, z.int().check(z.nonnegative())),
  files: z.int(),
  /** Files that were not looked into. */
  left: z.int(),
  busy: z.boolean(),
});
export type Places = z.infer<typeof Places>;

/** What is known of the reader's own line. All of it may be text out of their files. */
export const Explanation = z.strictObject({
  code: Code,
  source: Path,
  /** Of `code`, in UTF-16 units. */
  mark: z.strictObject({ start: z.int().check(z.nonnegative()), end: z.int().check(z.nonnegative()) }),
  api: z.nullable(Sentence),
  layer: Layer,
  summary: Sentence,
  because: z.array(z.strictObject({ text: Sentence, where: Path })).check(z.maxLength(8)),
  modern: z.nullable(
    z.strictObject({
      message: Sentence,
      before: Code,
      after: Code,
      conditions: z.array(Sentence).check(z.maxLength(8)),
    }),
  ),
  slice: z.nullable(
    z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("program"),
        setup: z.string().check(z.maxLength(100_000)),
        code: Code,
        dialect: z.string().check(z.maxLength(40)),
        parameters: z.array(z.strictObject({ name: Sentence, text: Code })).check(z.maxLength(100)),
        notes: z.array(Sentence).check(z.maxLength(50)),
      }),
      z.strictObject({ kind: z.literal("refused"), why: Sentence }),
    ]),
  ),
});
export type Explanation = z.infer<typeof Explanation>;

/** The last answer to a question: ids of the choices made, and whether they were right. */
export const Answer = z.strictObject({ chosen: z.array(Name).check(z.maxLength(16)), right: z.boolean() });
export type Answer = z.infer<typeof Answer>;

/** The words of the page's own interface. The client has the translations; the page has none. */
export const WORDS = [
  "contents",
  "minutes",
  "read",
  "sectionsRead",
  "previous",
  "next",
  "yourLine",
  "chooseOne",
  "chooseAll",
  "chooseLine",
  "check",
  "continue",
  "right",
  "wrong",
  "chooseFirst",
  "incomplete",
  "readAgain",
  "openInEditor",
  "scoreTitle",
  "score",
  "review",
  "startOver",
  "nextLesson",
  "inYourCode",
  "inYourCodeCount",
  "lookAgain",
  "lookFurther",
  "looking",
  "placesFound",
  "stillReading",
  "nothingYet",
  "noFolder",
  "unavailable",
  "more",
  "layerCore",
  "layerOrm",
  "layerBoth",
  "because",
  "modern",
  "modernBefore",
  "modernAfter",
  "sqlTitle",
  "sqlAbout",
  "sqlModels",
  "sqlParameter",
  "sqlRefused",
  "openSlice",
  "run",
  "stop",
  "edit",
  "reset",
  "editorLabel",
  "editorHint",
  "shownOnly",
  "fetching",
  "starting",
  "running",
  "cannotRun",
  "finished",
  "stopped",
  "timedOut",
  "broken",
  "nothing",
  "error",
  "wholeTraceback",
  "line",
  "output",
  "warnings",
  "rows",
  "rowsOf",
  "noRows",
  "rowsChanged",
  "moreStatements",
  "moreOutput",
  "moreWarnings",
  "copy",
  "copyNamed",
  "copied",
  "notCopied",
  "exercise",
  "fixIt",
  "checkCode",
  "stillOld",
  "stillOldLine",
  "printsOther",
  "stoppedShort",
  "shouldPrint",
  "noJudge",
  "hint",
  "solution",
] as const;
export const Words = z.record(z.enum(WORDS), z.string().check(z.maxLength(400)));
export type Words = z.infer<typeof Words>;

/** What became of an exercise: what the analyser still finds in its code, and whether it printed what it should. */
export const Verdict = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("judged"),
    right: z.boolean(),
    prints: z.boolean(),
    /** Lines are 1-based. */
    findings: z.array(z.strictObject({ line: z.int(), message: z.string().check(z.maxLength(1_000)) })),
  }),
  /** The analyser does not run. */
  z.strictObject({ kind: z.literal("unavailable") }),
]);
export type Verdict = z.infer<typeof Verdict>;

export const ToPage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("show"),
    page: Page,
    section: Name,
    example: z.optional(Example),
    /** Keyed by `lesson/question`. */
    answers: z.record(z.string(), Answer),
    visited: z.array(Name),
    /** How many questions are due for review, in all lessons. */
    due: z.int(),
    /** The lesson that follows this one. */
    following: z.optional(z.strictObject({ id: Name, title: Sentence })),
    words: Words,
  }),
  z.strictObject({ type: z.literal("places"), lesson: Name, places: Places }),
  z.strictObject({ type: z.literal("explained"), section: Name, explanation: Explanation }),
  /** What another window has added to what is known of the page that is shown. */
  z.strictObject({
    type: z.literal("progress"),
    lesson: Name,
    answers: z.record(z.string(), Answer),
    visited: z.array(Name),
    due: z.int(),
  }),
  z.strictObject({ type: z.literal("judged"), attempt: z.int(), verdict: Verdict }),
  /** The page asked for can't be shown; `text` says why. */
  z.strictObject({ type: z.literal("problem"), text: z.string().check(z.maxLength(2_000)) }),
]);
export type ToPage = z.infer<typeof ToPage>;

export const FromPage = z.discriminatedUnion("type", [
  /** The page has loaded and waits to be told what to show. */
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("visited"), page: Name, section: Name }),
  z.strictObject({
    type: z.literal("answered"),
    lesson: Name,
    question: Name,
    chosen: z.array(Name).check(z.maxLength(16)),
  }),
  /** The code of a `fix` question as the reader has it now, and what it printed when it ran. */
  z.strictObject({
    type: z.literal("attempted"),
    lesson: Name,
    question: Name,
    /** The page's own number for it, which comes back with the verdict. */
    attempt: z.int(),
    code: z.string().check(z.maxLength(20_000)),
    prints: z.string().check(z.maxLength(20_000)),
  }),
  /** A link to another page was followed. */
  z.strictObject({ type: z.literal("follow"), target: Target }),
  z.strictObject({ type: z.literal("openProgram"), lesson: Name, program: Name }),
  z.strictObject({ type: z.literal("startOver"), lesson: Name }),
  /** Look for the lesson in the reader's code; `all`: in every file, however many. */
  z.strictObject({ type: z.literal("findPlaces"), lesson: Name, all: z.boolean() }),
  /** Open a place, by its number in what was sent last. */
  z.strictObject({ type: z.literal("openPlace"), lesson: Name, place: z.int().check(z.nonnegative()) }),
  /** Open the program that was cut out of the reader's own. */
  z.strictObject({ type: z.literal("openSlice") }),
]);
export type FromPage = z.infer<typeof FromPage>;

/** What the page keeps with `setState`; the client gets it back when VS Code restores the panel. */
export const PageState = z.strictObject({
  target: Target,
  /** Pixels from the top. */
  scroll: z.number().check(z.minimum(0)),
  example: z.optional(Example),
  /** Choices made and not yet checked, keyed by `lesson/question`. */
  drafts: z.record(z.string().check(z.maxLength(140)), z.array(Name).check(z.maxLength(16))),
  /** What the reader has made of programs, keyed by `page/program`, and of exercises, by `exercise lesson/question`. */
  edits: z._default(z.record(z.string().check(z.maxLength(140)), z.string().check(z.maxLength(100_000))), {}),
});
export type PageState = z.infer<typeof PageState>;

/** `undefined` for anything that is not exactly of the shape. */
export function parse<T extends z.ZodMiniType>(shape: T, data: unknown): z.infer<T> | undefined {
  const result = z.safeParse(shape, data);
  return result.success ? result.data : undefined;
}
