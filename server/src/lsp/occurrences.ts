import type { CancellationToken } from "vscode-languageserver";
import type { OccurrencePlace, OccurrencesParams, OccurrencesResult } from "../protocol.ts";
import type { Occurrence } from "../service/types.ts";
import { type Analysis, throwIfCancelled } from "./analysis.ts";
import type { Documents } from "./documents.ts";
import { Places, type Project, type Projects } from "./projects.ts";
import { toKey } from "./uris.ts";

export interface OccurrencesPorts {
  readonly documents: Documents;
  readonly analysis: Analysis;
  readonly projects: Promise<Projects>;
  readonly turn: () => Promise<void>;
}

/** Looks for what a lesson teaches, file by file, the nearest first; between two files, messages are read. */
export class Occurrences {
  readonly #ports: OccurrencesPorts;

  constructor(ports: OccurrencesPorts) {
    this.#ports = ports;
  }

  /** Throws ResponseError when cancelled. */
  async find({ lesson, near, files }: OccurrencesParams, token: CancellationToken): Promise<OccurrencesResult> {
    const { documents, analysis, projects, turn } = this.#ports;
    const all = await projects;
    const owner = near === undefined ? undefined : all.of(near);
    const inOrder = all.all().toSorted((a, b) => Number(b === owner) - Number(a === owner));
    const found = new Gathered(lesson);
    let looked = 0;
    let left = 0;
    for (const project of inOrder) {
      for (const key of this.#nearest(project, all, near)) {
        if (looked >= files) {
          left++;
          continue;
        }
        looked++;
        const [open] = documents.unit(key)?.documents ?? [];
        const ask = ({ service }: Project): readonly Occurrence[] => service.occurrences(key);
        await turn();
        throwIfCancelled(token);
        const occurrences = open ? await analysis.latest(open, token, ask) : ask(project);
        found.add(occurrences ?? [], key, project, new Places(documents, project));
      }
    }
    return { ...found.result(), files: looked, left, busy: all.all().some(({ busy }) => busy) };
  }

  /** Open documents first, the one looked at before all; then files by how much of their path they share with it. */
  #nearest(project: Project, projects: Projects, near: string | undefined): readonly string[] {
    const from = near === undefined ? "" : toKey(near);
    const open = this.#ports.documents.units().filter(({ uri }) => projects.of(uri) === project);
    const looked = near === undefined ? undefined : this.#ports.documents.get(near)?.key;
    const rank = new Map(project.modules().map((key) => [key, sharedFolders(key, from)]));
    for (const { key } of open) rank.set(key, Number.MAX_SAFE_INTEGER - (key === looked ? 0 : 1));
    return [...rank].sort(([a, far], [b, close]) => close - far || (a < b ? -1 : 1)).map(([key]) => key);
  }
}

/** Listed of one section: more is no longer read, only counted. */
const mostPlaces = 50;
const mostUnits = 200;

class Gathered {
  readonly #prefix: string;
  readonly #places: OccurrencePlace[] = [];
  readonly #counts: Record<string, number> = {};

  constructor(lesson: string) {
    this.#prefix = `${lesson}#`;
  }

  add(occurrences: readonly Occurrence[], key: string, project: Project, places: Places): void {
    for (const { span, name, layer, sections } of occurrences) {
      const taught = sections.filter((each) => each.startsWith(this.#prefix));
      const ids = taught.map((each) => each.slice(this.#prefix.length));
      const isListed = ids.some((id) => (this.#counts[id] ?? 0) < mostPlaces);
      for (const id of ids) this.#counts[id] = (this.#counts[id] ?? 0) + 1;
      if (ids.length === 0 || !isListed) continue;
      // Lines are made only of files that have something to show.
      const standing = places.at(key, span);
      if (!standing) continue;
      const { uri, lines } = standing;
      const { start, end } = lines.rangeOf(span);
      const text = (lines.linesAround(span).split(/\r\n|\r|\n/, 1)[0] ?? "").trim().slice(0, mostUnits);
      const last = end.line === start.line ? end.character : start.character;
      const path = project.shownPath(uri);
      this.#places.push({
        ...{ uri, path, line: start.line, start: start.character, end: last },
        ...{ text, name, layer, sections: ids },
      });
    }
  }

  result(): Pick<OccurrencesResult, "places" | "counts"> {
    return { places: this.#places, counts: this.#counts };
  }
}

function sharedFolders(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  const apart = left.findIndex((part, index) => part !== right[index]);
  return apart < 0 ? left.length : apart;
}
