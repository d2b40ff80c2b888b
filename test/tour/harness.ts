import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import type { Guide, View } from "../../client/src/tour/guide.ts";
import type { Store } from "../../client/src/tour/progress.ts";
import type { TourFamily, TourFinding } from "../../server/src/protocol.ts";
import { projectRoot } from "../host/project.ts";

export type UnderTest = typeof import("./under_test.ts");

/** Each call of what is returned gives a fresh copy, as each window has one. */
export async function bundleTour(): Promise<() => Promise<UnderTest>> {
  // Several processes test at once.
  const outfile = join(projectRoot, `out/test/under_test/tour-${process.pid}.mjs`);
  await esbuild.build({
    absWorkingDir: projectRoot,
    entryPoints: ["test/tour/under_test.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    alias: { vscode: join(projectRoot, "test/tour/fake_vscode.ts") },
    logLevel: "warning",
  });
  return () => import(`${pathToFileURL(outfile).href}?copy=${crypto.randomUUID()}`);
}

/** Findings as `rule.code` in files; what a fix removes is gone. */
export class Code {
  readonly files: Map<string, string[]>;
  constructor(files: Readonly<Record<string, readonly string[]>>) {
    this.files = new Map(Object.entries(files).map(([uri, keys]) => [uri, [...keys]]));
  }

  families(): TourFamily[] {
    const all = [...this.files].flatMap(([uri, keys]) =>
      keys.map((key, line) => ({ rule: ruleOf(key), uri, key, line })),
    );
    return [...new Set(all.map(({ rule }) => rule))].map((rule) => {
      const own = all.filter((each) => each.rule === rule);
      const findings = own.map(({ uri, key, line }) => finding(uri, key, line));
      const safe = findings.filter(({ safety }) => safety === "safe").length;
      return {
        rule,
        title: `About ${rule}`,
        effect: effectOf(rule),
        lesson: "session#start",
        count: own.length,
        safe,
        findings,
      };
    });
  }

  remove(rule: string, found?: { readonly uri: string; readonly key: string }): boolean | Promise<boolean> {
    let isChanged = false;
    for (const [uri, keys] of this.files) {
      const left = keys.filter((key) =>
        found ? uri !== found.uri || key !== found.key : ruleOf(key) !== rule || !key.includes("safe"),
      );
      isChanged ||= left.length < keys.length;
      this.files.set(uri, left);
    }
    return isChanged;
  }
}

export interface Started {
  readonly guide: Guide;
  readonly code: Code;
  readonly fake: UnderTest["fake"];
  readonly store: Store & { value: unknown };
  /** What the status bar shows. */
  label(): string | undefined;
  view(): View | undefined;
  /** What the note says, or said last. */
  note(): string;
  /** Where the editor was taken, as `uri key`. */
  readonly places: string[];
  /** The same for where it was taken only if it showed nothing. */
  readonly placesIfEmpty: string[];
}

export async function startTour(load: () => Promise<UnderTest>, code: Code, kept?: unknown): Promise<Started> {
  const { createGuide, fake } = await load();
  let view: View | undefined;
  let note = "";
  const places: string[] = [];
  const placesIfEmpty: string[] = [];
  const store: Started["store"] = {
    value: kept,
    get: () => store.value,
    async update(_, value) {
      store.value = JSON.parse(JSON.stringify(value));
    },
  };
  const families = async () => ({ families: code.families(), files: code.files.size });
  const guide = createGuide({
    store,
    server: {
      families,
      familiesWithProgress: families,
      fix: async ({ rule, finding: found }) => code.remove(rule, found),
    },
    note: {
      show: (_, __, body) => {
        note = body.value;
      },
      gone: (_, body) => {
        note = body.value;
      },
      reveal: async ({ uri, key }) => void places.push(`${uri} ${key}`),
      revealIfEmpty: async ({ uri, key }) => void placesIfEmpty.push(`${uri} ${key}`),
      hide: () => {
        note = "";
      },
      dispose: () => undefined,
    },
    lessonTitle: async () => "The Session",
    openLessons: async () => undefined,
    shown: (next) => {
      view = next;
    },
  });
  return {
    guide,
    code,
    fake,
    store,
    places,
    placesIfEmpty,
    label: () => view?.label,
    view: () => view,
    note: () => note,
  };
}

export function finding(uri: string, key: string, line: number): TourFinding {
  const safety = key.includes("safe") ? "safe" : key.includes("review") ? "review" : "explain";
  return {
    key,
    uri,
    path: uri,
    range: { start: { line, character: 0 }, end: { line, character: 4 } },
    message: `Found ${key}`,
    target: "2.0",
    safety,
    conditions: safety === "safe" ? [] : ["Is it so?"],
    fix: safety === "explain" ? null : `Fix ${key}`,
    code: key,
  };
}

const ruleOf = (key: string): string => key.slice(0, key.indexOf("."));

const effectOf = (rule: string): TourFamily["effect"] =>
  rule === "gone" ? "raises" : rule === "odd" ? "changes" : "legacy";
