import type { TourFamily, TourFinding } from "../../../server/src/protocol.ts";
import { everSeen, isSkipped, type Place, type Progress } from "./progress.ts";

/** A step of the tour: one finding, in its family. */
export interface Stop extends TourFinding {
  readonly rule: string;
}

/** A family as the tour shows it. Counts: `done` + `left` = `total`; `skipped` are of those left. */
export interface Family {
  readonly rule: string;
  readonly title: string;
  readonly effect: TourFamily["effect"];
  readonly lesson: string;
  readonly done: number;
  readonly left: number;
  readonly skipped: number;
  readonly total: number;
  /** How many safe fixes can be made at once. */
  readonly safe: number;
  readonly stops: readonly Stop[];
}

const worstFirst: readonly TourFamily["effect"][] = ["raises", "changes", "deprecated", "legacy"];

/**
 * All families that there are or were, worst effect first, then the largest: by what they held at first, so that no family moves while
 * it is worked on.
 */
export function familiesOf(progress: Progress, found: readonly TourFamily[]): readonly Family[] {
  const rules = new Set([...found.map(({ rule }) => rule), ...Object.keys(progress.families)]);
  const families = [...rules].flatMap((rule): Family[] => {
    const now = found.find((family) => family.rule === rule);
    const seen = now ?? progress.families[rule];
    if (!seen) return [];
    const stops = (now?.findings ?? []).map((finding): Stop => ({ ...finding, rule }));
    const left = now?.count ?? 0;
    const done = Math.max(0, everSeen(progress, rule) - stops.length);
    const skipped = stops.filter((stop) => isSkipped(progress, stop)).length;
    const { title, effect, lesson } = seen;
    return [
      {
        rule,
        title,
        effect,
        lesson,
        done,
        left,
        skipped,
        total: done + left,
        safe: now?.safe ?? 0,
        stops,
      },
    ];
  });
  const rank = ({ effect }: Family): number => worstFirst.indexOf(effect);
  return families.sort((a, b) => rank(a) - rank(b) || b.total - a.total || (a.rule < b.rule ? -1 : 1));
}

export function stopAt(families: readonly Family[], at: Place | undefined): Stop | undefined {
  return at && families.find(({ rule }) => rule === at.rule)?.stops.find((stop) => isSame(stop, at));
}

/** "3 of 12": how many of the family are behind, this one included. */
export function numberOf({ done, stops }: Family, stop: Stop): number {
  return done + stops.findIndex((each) => isSame(each, stop)) + 1;
}

/**
 * The step that follows, among those that are not passed over: the rest of its family and of the families after it, and then from the
 * top what was left behind. `undefined` where there is no other.
 *
 * @param order the steps as they were when `at` was still among them
 */
export function nextStop(
  families: readonly Family[],
  progress: Progress,
  at: Place | undefined,
  order: readonly Place[],
): Stop | undefined {
  const others = families
    .flatMap(({ stops }) => stops)
    .filter((stop) => !isSkipped(progress, stop) && !(at && isSame(stop, at)));
  const ahead = order.slice((at ? order.findIndex((place) => isSame(place, at)) : -1) + 1);
  return others.find((stop) => ahead.some((place) => isSame(place, stop))) ?? others[0];
}

/** The step before, passed over or not; the first one has none. */
export function previousStop(
  families: readonly Family[],
  at: Place | undefined,
  order: readonly Place[],
): Stop | undefined {
  const from = at ? order.findIndex((place) => isSame(place, at)) : -1;
  const stops = families.flatMap((family) => family.stops);
  const behind = order.slice(0, Math.max(0, from));
  return stops.findLast((stop) => behind.some((place) => isSame(place, stop)));
}

export const isSame = (a: Place, b: Place): boolean => a.rule === b.rule && a.uri === b.uri && a.key === b.key;
