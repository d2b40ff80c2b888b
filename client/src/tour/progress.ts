import * as z from "zod/mini";
import type { TourFamily } from "../../../server/src/protocol.ts";

/** The part of `vscode.Memento` that is needed. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const Keys = z.array(z.string().check(z.maxLength(200))).check(z.maxLength(10_000));

/** A family as it was seen, so that one which is done is still there to be shown. */
const Seen = z.object({
  title: z.string(),
  lesson: z.string(),
  effect: z.enum(["raises", "changes", "deprecated", "legacy"]),
  /** Every finding that there ever was, by file: what isn't found any more is done. */
  files: z.record(z.string(), Keys),
  /** Findings that were passed over: `uri key`. */
  skipped: Keys,
});

const Progress = z.object({
  version: z.literal(1),
  running: z.boolean(),
  /** Where the person is. */
  at: z.optional(z.object({ rule: z.string(), uri: z.string(), key: z.string() })),
  families: z.record(z.string(), Seen),
});
export type Progress = z.infer<typeof Progress>;
export type Place = NonNullable<Progress["at"]>;

const KEY = "sqlalchemyCoach.tour";

export const fresh: Progress = { version: 1, running: false, families: {} };

/** What was kept; nothing where it is damaged: that costs the skips and the counts, and no finding. */
export function readProgress(store: Store): Progress {
  const parsed = z.safeParse(Progress, store.get(KEY));
  return parsed.success ? parsed.data : fresh;
}

export async function writeProgress(store: Store, progress: Progress): Promise<void> {
  await store.update(KEY, progress);
}

/**
 * Takes note of what is found now. In a file where one finding of a rule vanished and another one appeared at once, the code of one was
 * edited: it stays the same step, passed over or not.
 *
 * @param before what was found the last time; none after a reload
 */
export function noted(progress: Progress, before: readonly TourFamily[], found: readonly TourFamily[]): Progress {
  const families: Progress["families"] = { ...progress.families };
  for (const { rule, title, lesson, effect, findings } of found) {
    const seen = families[rule] ?? { title, lesson, effect, files: {}, skipped: [] };
    const earlier = byFile(before.find((family) => family.rule === rule)?.findings ?? []);
    const files = { ...seen.files };
    let skipped = seen.skipped;
    for (const [uri, now] of byFile(findings)) {
      const known = files[uri] ?? [];
      const appeared = now.filter((key) => !known.includes(key));
      const vanished = (earlier.get(uri) ?? []).filter((key) => !now.includes(key));
      const edited = new Map(
        vanished.slice(0, appeared.length).map((key, index) => [key, appeared[index] ?? key] as const),
      );
      files[uri] = [...known.map((key) => edited.get(key) ?? key), ...appeared.slice(edited.size)];
      skipped = skipped.map((name) => renamed(name, uri, edited));
    }
    families[rule] = { title, lesson, effect, files, skipped };
  }
  return { ...progress, families };
}

/** @param isSkipped whether it is to be passed over from now on */
export function skipping(progress: Progress, { rule, uri, key }: Place, isSkipped: boolean): Progress {
  const family = progress.families[rule];
  if (!family) return progress;
  const name = nameOf(uri, key);
  const others = family.skipped.filter((each) => each !== name);
  const skipped = isSkipped ? [...others, name] : others;
  return { ...progress, families: { ...progress.families, [rule]: { ...family, skipped } } };
}

export function isSkipped(progress: Progress, { rule, uri, key }: Place): boolean {
  return progress.families[rule]?.skipped.includes(nameOf(uri, key)) ?? false;
}

/** What was passed over comes again. */
export function withoutSkips(progress: Progress): Progress {
  const families = Object.entries(progress.families).map(([rule, family]) => [rule, { ...family, skipped: [] }]);
  return { ...progress, families: Object.fromEntries(families) };
}

/** How many findings a rule ever had here. */
export function everSeen(progress: Progress, rule: string): number {
  return Object.values(progress.families[rule]?.files ?? {}).reduce((sum, keys) => sum + keys.length, 0);
}

const nameOf = (uri: string, key: string): string => `${uri} ${key}`;

function renamed(name: string, uri: string, edited: ReadonlyMap<string, string>): string {
  for (const [before, after] of edited) if (name === nameOf(uri, before)) return nameOf(uri, after);
  return name;
}

function byFile(findings: TourFamily["findings"]): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const { uri, key } of findings) files.set(uri, [...(files.get(uri) ?? []), key]);
  return files;
}
