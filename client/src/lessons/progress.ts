import * as z from "zod/mini";
import { type Answer, parse } from "./messages.ts";

/** The part of `vscode.Memento` that is needed; `globalState` has `setKeysForSync`. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
  setKeysForSync(keys: readonly string[]): void;
}

export interface Progress {
  visited(lesson: string): readonly string[];
  answerTo(lesson: string, question: string): Answer | undefined;
  /** `lesson/question` of everything due today, in a fixed order. */
  due(): readonly { readonly lesson: string; readonly question: string }[];
  /** The last place, as a target (`core-vs-orm#select`); `undefined` before the first. */
  place(): string | undefined;
  visit(lesson: string, section: string): Promise<void>;
  answer(lesson: string, question: string, answer: Answer): Promise<void>;
  setPlace(target: string): Promise<void>;
  /** Forgets all about one lesson. */
  reset(lesson: string): Promise<void>;
  /**
   * Reads what another window has kept since, and keeps again what that window has overwritten: it wrote all that it knew, and did not
   * know of ours.
   */
  sync(): Promise<void>;
}

/** Days until a missed question is asked again, by how often in a row it has been right since. Then it is learned. */
const INTERVALS = [1, 3, 7, 16] as const;
const DAY = 24 * 60 * 60 * 1000;
const PREFIX = "sqlalchemyCoach.lessons.";
const PLACE = `${PREFIX}place`;

const Answered = z.object({
  chosen: z.array(z.string()),
  right: z.boolean(),
  /** Milliseconds since 1970: of two windows' answers, the later one counts. */
  at: z.optional(z.number()),
  /** Only for a question that was missed: which interval it is in, and the day (since 1970) from which it is due. */
  review: z.optional(z.object({ step: z.int().check(z.minimum(0), z.maximum(INTERVALS.length - 1)), day: z.int() })),
});
type Answered = z.infer<typeof Answered>;

const LessonState = z.object({
  visited: z.array(z.string()),
  answers: z.record(z.string(), Answered),
  /** When the lesson was last started over, in milliseconds since 1970: what is older must not come back. */
  since: z.optional(z.number()),
});
type LessonState = z.infer<typeof LessonState>;

/**
 * What a learner has read and answered. Each lesson has a key of its own, so a damaged one costs that lesson only, and all of them
 * travel with settings sync. Two windows share the store without asking each other: so this window remembers what it knows, and joins
 * it with whatever the store holds.
 *
 * @param now milliseconds since 1970
 */
export function createProgress(store: Store, lessons: readonly string[], now: () => number): Progress {
  store.setKeysForSync([PLACE, ...lessons.map(keyOf)]);
  const known = new Map<string, LessonState>();

  const stored = (lesson: string): LessonState | undefined => parse(LessonState, store.get(keyOf(lesson)));
  const today = () => Math.floor(now() / DAY);

  function stateOf(lesson: string): LessonState {
    const state = joined(stored(lesson), known.get(lesson)) ?? { visited: [], answers: {} };
    known.set(lesson, state);
    return state;
  }

  async function keep(lesson: string, state: LessonState): Promise<void> {
    known.set(lesson, state);
    await store.update(keyOf(lesson), state);
  }

  return {
    visited: (lesson) => stateOf(lesson).visited,
    answerTo(lesson, question) {
      const answered = stateOf(lesson).answers[question];
      return answered && { chosen: answered.chosen, right: answered.right };
    },
    due: () =>
      lessons.flatMap((lesson) =>
        Object.entries(stateOf(lesson).answers)
          .filter(([, { review }]) => review !== undefined && review.day <= today())
          .map(([question]) => ({ lesson, question })),
      ),
    place() {
      const place = store.get(PLACE);
      return typeof place === "string" ? place : undefined;
    },
    async visit(lesson, section) {
      const state = stateOf(lesson);
      if (state.visited.includes(section)) return;
      await keep(lesson, { ...state, visited: [...state.visited, section] });
    },
    async answer(lesson, question, answer) {
      const state = stateOf(lesson);
      const review = nextReview(state.answers[question]?.review, answer.right, today());
      const answered: Answered = { ...answer, at: now(), ...(review && { review }) };
      await keep(lesson, { ...state, answers: { ...state.answers, [question]: answered } });
    },
    setPlace: async (target) => store.update(PLACE, target),
    reset: async (lesson) => keep(lesson, { visited: [], answers: {}, since: now() }),
    async sync() {
      for (const lesson of lessons) {
        const held = JSON.stringify(stored(lesson));
        if (!known.has(lesson)) continue;
        const state = stateOf(lesson);
        if (JSON.stringify(state) !== held) await keep(lesson, state);
      }
    },
  };
}

/** All that either of two windows knows of a lesson; of one that was started over, nothing from before. */
function joined(a: LessonState | undefined, b: LessonState | undefined): LessonState | undefined {
  if (!a || !b) return a ?? b;
  if ((a.since ?? 0) !== (b.since ?? 0)) return (a.since ?? 0) > (b.since ?? 0) ? a : b;
  const answers = { ...a.answers };
  for (const [question, answer] of Object.entries(b.answers)) {
    const other = answers[question];
    if (other === undefined || (other.at ?? 0) < (answer.at ?? 0)) answers[question] = answer;
  }
  return { ...a, visited: [...new Set([...a.visited, ...b.visited])], answers };
}

type Review = NonNullable<Answered["review"]>;

/** A miss starts over. A right answer moves on only when it was due: trying again at once proves little. */
function nextReview(review: Review | undefined, right: boolean, today: number): Review | undefined {
  if (!right) return { step: 0, day: today + INTERVALS[0] };
  if (review === undefined || today < review.day) return review;
  const step = review.step + 1;
  const interval = INTERVALS[step];
  return interval === undefined ? undefined : { step, day: today + interval };
}

function keyOf(lesson: string): string {
  return PREFIX + lesson;
}
