/**
 * The shapes of lessons, twice over: as they are written (front matter, `quiz.json`) and as they are built for the panel
 * (`dist/content/*.json`). The build validates the first, the panel the second, and both take their types from here.
 */
import * as z from "zod/mini";

// Zod's fast path compiles functions from strings, which the panel's content security policy forbids.
z.config({ jitless: true });

const Id = z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), z.maxLength(64));
const Text = z.string().check(z.minLength(1), z.maxLength(2_000));
const Html = z.string().check(z.maxLength(400_000));

// ---------------------------------------------------------------------------------------------------- as written

export const FrontMatter = z.strictObject({
  id: Id,
  title: Text,
  /** The one idea of the lesson, in a sentence. */
  idea: Text,
  /** Reading time. */
  minutes: z.int().check(z.positive(), z.maximum(30)),
});
export type FrontMatter = z.infer<typeof FrontMatter>;

/** What every form of question has: a prompt, the section that teaches the answer, and why the right answer is right. */
const asked = { id: Id, section: Id, prompt: Text, because: Text };
const CodeLines = z.array(z.string()).check(z.minLength(1), z.maxLength(40));

const WrittenChoice = z.strictObject({ id: Id, text: Text, why: z.optional(Text) });

const Single = z
  .strictObject({
    ...asked,
    form: z.literal("single"),
    code: z.optional(CodeLines),
    choices: z.array(WrittenChoice).check(z.minLength(3), z.maxLength(5)),
    answer: Id,
  })
  .check(z.superRefine((question, context) => checkChoices(question.choices, [question.answer], context)));

const Multi = z
  .strictObject({
    ...asked,
    form: z.literal("multi"),
    code: z.optional(CodeLines),
    choices: z.array(WrittenChoice).check(z.minLength(3), z.maxLength(8)),
    answer: z.array(Id).check(z.minLength(1)),
  })
  .check(z.superRefine((question, context) => checkChoices(question.choices, question.answer, context)));

/** Which SQL does this emit? A test proves the answer by running `given` and then `code` on real SQLAlchemy. */
const Sql = z
  .strictObject({
    ...asked,
    form: z.literal("sql"),
    code: CodeLines,
    /** Python that runs before the code, after the lesson's prelude; what it emits does not count. */
    given: z.string(),
    /** `sql` is the emitted statements, separated by blank lines; empty for "nothing is sent". */
    choices: z
      .array(z.strictObject({ id: Id, sql: z.string(), why: z.optional(Text) }))
      .check(z.minLength(3), z.maxLength(5)),
    answer: Id,
  })
  .check(
    z.superRefine((question, context) => {
      const choices = question.choices.map(({ sql, ...rest }) => ({ ...rest, text: sql }));
      checkChoices(choices, [question.answer], context);
    }),
  );

export const LAYERS = ["core", "orm", "both"] as const;
export type Layer = (typeof LAYERS)[number];

/**
 * Which layer is the marked call? The answer is nowhere in the source: the analyser gives it. The author explains the two
 * layers that are wrong, and the build fails where the analyser's answer is one of these.
 */
const LayerForm = z
  .strictObject({
    ...asked,
    form: z.literal("layer"),
    code: CodeLines,
    /** A whole word that occurs once in the marked line. */
    mark: Text,
    /** 1-based. */
    line: z.int().check(z.positive()),
    why: z.strictObject({ core: z.optional(Text), orm: z.optional(Text), both: z.optional(Text) }),
  })
  .check(
    z.refine((question) => Object.keys(question.why).length === 2, "`why` explains exactly two layers: the wrong ones"),
  );

/**
 * Which line is 1.x? A plain string is context; an object is a line to choose. The analyser says which one is the answer, and
 * the build fails unless that is the one line to choose that has no `why`.
 */
const Spot = z
  .strictObject({
    ...asked,
    form: z.literal("spot"),
    code: z
      .array(z.union([z.string(), z.strictObject({ code: Text, why: z.optional(Text) })]))
      .check(z.minLength(3), z.maxLength(40)),
  })
  .check(
    z.refine(
      (question) => question.code.filter((line) => typeof line !== "string" && line.why === undefined).length === 1,
      "exactly one line to choose has no `why`: the answer",
    ),
    z.refine(
      (question) => question.code.filter((line) => typeof line !== "string").length >= 3,
      "there are at least three lines to choose from",
    ),
  );

/**
 * Edit the code until the analyser finds nothing in it and it prints what it has always printed. What that is stands in
 * `keys.gen.json`, found by running; a solution is the analyser's own fix, or `solution` where it has none to offer.
 */
const Fix = z.strictObject({
  ...asked,
  form: z.literal("fix"),
  code: CodeLines,
  /** Python that runs before the code in the stead of the lesson's prelude: for code that needs models of its own time. */
  setup: z.optional(CodeLines),
  hints: z.optional(z.array(Text).check(z.maxLength(4))),
  solution: z.optional(CodeLines),
});

/** What the code of each `fix` question prints, by the question's id: made by `npm run quiz-keys`. */
export const FixKeys = z.strictObject({ generated: z.string(), prints: z.record(Id, z.string()) });

export const WrittenQuestion = z.discriminatedUnion("form", [Single, Multi, Sql, LayerForm, Spot, Fix]);
export type WrittenQuestion = z.infer<typeof WrittenQuestion>;

export const WrittenQuiz = z.strictObject({ questions: z.array(WrittenQuestion) }).check(
  z.refine(({ questions }) => isDistinct(questions.map(({ id }) => id)), "two questions have the same id"),
  z.refine(({ questions }) => questions.length >= 5, "a lesson asks at least five questions"),
  z.refine(({ questions }) => new Set(questions.map(({ form }) => form)).size >= 3, "a lesson has three forms or more"),
);
export type WrittenQuiz = z.infer<typeof WrittenQuiz>;

// ------------------------------------------------------------------------------------------------------ as built

/** `why` says why a wrong choice is wrong; a right one has none. */
export const Choice = z.strictObject({ id: Id, html: Html, why: z.optional(Html) });
export type Choice = z.infer<typeof Choice>;

/** One line of code; with `choice`, a line that can be chosen as the answer. */
export const CodeLine = z.strictObject({ html: Html, marked: z.optional(z.literal(true)), choice: z.optional(Id) });
export type CodeLine = z.infer<typeof CodeLine>;

/** Any form of question that is answered by choosing: the panel needs to know no more than this. */
export const ChoiceQuestion = z.strictObject({
  id: Id,
  form: z.enum(["single", "multi", "layer", "spot", "sql"]),
  /** The section to read again, as `lesson#section`. */
  teaches: z.string().check(z.regex(/^[a-z0-9-]+#[a-z0-9-]+$/)),
  prompt: Html,
  code: z.optional(z.array(CodeLine)),
  choices: z.array(Choice).check(z.minLength(2)),
  /** Ids of the choices that are right. */
  answer: z.array(Id).check(z.minLength(1)),
  because: Html,
});
export type ChoiceQuestion = z.infer<typeof ChoiceQuestion>;

/** A question that is answered by editing a program. Code and output are plain text; `html` is the code in colour. */
export const FixQuestion = z.strictObject({
  id: Id,
  form: z.literal("fix"),
  teaches: z.string().check(z.regex(/^[a-z0-9-]+#[a-z0-9-]+$/)),
  prompt: Html,
  setup: z.string(),
  code: z.string(),
  html: Html,
  prints: z.string(),
  hints: z.array(Html),
  /** One of the right answers. */
  solution: z.strictObject({ code: z.string(), html: Html }),
  because: Html,
});
export type FixQuestion = z.infer<typeof FixQuestion>;

export const Question = z.discriminatedUnion("form", [ChoiceQuestion, FixQuestion]);
export type Question = z.infer<typeof Question>;

export const Block = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("html"), html: Html }),
  z.strictObject({ kind: z.literal("question"), question: Question }),
]);
export type Block = z.infer<typeof Block>;

export const Section = z.strictObject({ id: Id, title: Text, blocks: z.array(Block) });
export type Section = z.infer<typeof Section>;

/** A term of the glossary that the page refers to; shown when its word is pressed. */
export const Term = z.strictObject({ id: Id, title: Text, html: Html });

/** SQL that a program emits, with the releases (`"2.0"`) on which it does; no releases means all. */
export const Emitted = z.strictObject({ releases: z.array(z.string()), sql: z.string() });

/** A program of the lesson that was really run. All text is plain. */
export const Program = z.strictObject({
  id: Id,
  title: z.string(),
  setup: z.string(),
  code: z.string(),
  prints: z.string(),
  emits: z.array(Emitted),
  /** What it takes that a lesson can't give it: then it is only shown. */
  needs: z.optional(z.literal("greenlet")),
});
export type Program = z.infer<typeof Program>;

/** What the panel shows. A rule's page is a page with one section; a review is made while running, of questions alone. */
export const Page = z.strictObject({
  kind: z.enum(["lesson", "rule", "review"]),
  id: Id,
  title: Text,
  idea: z.string(),
  minutes: z.int(),
  sections: z.array(Section).check(z.minLength(1), z.maxLength(60)),
  terms: z.array(Term),
  programs: z.array(Program),
});
export type Page = z.infer<typeof Page>;

/** What the tree and the commands need to know without reading the pages. */
export const Index = z.strictObject({
  lessons: z.array(
    z.strictObject({
      id: Id,
      title: Text,
      idea: Text,
      minutes: z.int(),
      sections: z.array(z.strictObject({ id: Id, title: Text, questions: z.array(Id) })),
    }),
  ),
  rules: z.array(z.strictObject({ id: Id, title: Text })),
});
export type Index = z.infer<typeof Index>;

/** What the search over lessons and rules looks through: one entry a place that the panel can open. */
export const SearchIndex = z.array(
  z.strictObject({
    kind: z.enum(["lesson", "section", "rule", "term"]),
    /** What to open: `core-vs-orm#layers`, `rule:query-get`. */
    target: z.string().check(z.maxLength(140)),
    title: Text,
    /** The lesson that it is in; the id of a rule; a sentence of a term. */
    where: z.string(),
    /** Names of the library that are spoken of there, as they are written: `session.get`, `select`. */
    names: z.array(z.string().check(z.maxLength(80))),
  }),
);
export type SearchIndex = z.infer<typeof SearchIndex>;

// ---------------------------------------------------------------------------------------------------------- laws

interface Context {
  readonly addIssue: (message: string) => void;
}

function checkChoices(
  choices: readonly { readonly id: string; readonly text: string; readonly why?: string | undefined }[],
  answer: readonly string[],
  context: Context,
): void {
  if (!isDistinct(choices.map(({ id }) => id))) context.addIssue("two choices have the same id");
  if (!isDistinct(choices.map(({ text }) => text.trim()))) context.addIssue("two choices say the same");
  for (const id of answer) {
    if (!choices.some((choice) => choice.id === id)) context.addIssue(`the answer "${id}" is not among the choices`);
  }
  for (const { id, why } of choices) {
    const right = answer.includes(id);
    if (!right && why === undefined) context.addIssue(`the wrong choice "${id}" does not say why it is wrong`);
    if (right && why !== undefined) context.addIssue(`the right choice "${id}" says why it is wrong`);
  }
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
