import type { Effect, Finding, Safety } from "../../server/src/engine/finding.ts";
import type { Config, DocumentChange, Label, RuleInfo, Service } from "../../server/src/service/types.ts";
import { applyEdits } from "../../server/src/syntax/text.ts";

/** What a fake analyser was asked, in order: "set a.py 1", "findings a.py". */
export type Calls = string[];

export interface FakeOptions {
  readonly calls?: Calls;
  /** A text on which `findings` throws. */
  readonly poison?: string;
  /** The work of a long analysis; none without it. */
  readonly steps?: (uri: string) => Generator<void, void>;
}

/**
 * An analyser that knows one thing: of `raises_safe(x)`, `legacy_review(x)`, … (an effect and a safety) the finding is
 * the call, the mark its name, and the fix renames it to `fixed`. The name `orm` has a label.
 */
export function fakeService({ calls = [], poison, steps = noSteps }: FakeOptions = {}): Service {
  const documents = new Map<string, { version: number; text: string }>();
  const cache = new Map<string, readonly Finding[]>();
  let config: Config | undefined;

  function apply(changes: readonly DocumentChange[]): void {
    for (const change of changes) {
      calls.push(`${change.kind} ${nameOf(change.uri)}${"version" in change ? ` ${change.version}` : ""}`);
      cache.clear();
      const known = documents.get(change.uri);
      if (change.kind === "remove") documents.delete(change.uri);
      else if (change.kind === "set") documents.set(change.uri, { version: change.version, text: change.text });
      else if (known) {
        const text = change.edits.reduce((before, edit) => applyEdits(before, [edit]), known.text);
        documents.set(change.uri, { version: change.version, text });
      }
    }
  }

  function findings(uri: string): readonly Finding[] {
    const text = documents.get(uri)?.text ?? "";
    calls.push(`findings ${nameOf(uri)}`);
    if (poison !== undefined && text.includes(poison)) throw new Error("poisoned");
    const found = cache.get(uri) ?? findingsIn(uri, text);
    cache.set(uri, found);
    return found;
  }

  return {
    apply,
    steps,
    findings,
    glance: (uri) => ({ findings: findings(uri), isWhole: true }),
    configure(next) {
      config = next;
      cache.clear();
      calls.push(`configure ${config.target}`);
    },
    label: (uri, offset) => labelAt(documents.get(uri)?.text ?? "", uri, offset),
    layerHints(uri, span) {
      const text = documents.get(uri)?.text ?? "";
      const because = [{ text: "`import x`" }];
      const calls = [...text.matchAll(/\borm\(\)/g)].map(({ index }) => index + "orm()".length);
      const inside = calls.filter((at) => span.start <= at && at <= span.end);
      return inside.map((at) => ({ at, layer: "orm" as const, api: "sqlalchemy.orm.Session", because }));
    },
    definitions: (uri) =>
      [...(documents.get(uri)?.text ?? "").matchAll(/^def (\w+)[^\n]*(?:\n +[^\n]*)*/gm)].map(
        ({ index, 0: whole, 1: name = "" }) => ({
          name: { start: index + 4, end: index + 4 + name.length },
          span: { start: index, end: index + whole.length },
        }),
      ),
    occurrences: (uri) =>
      [...(documents.get(uri)?.text ?? "").matchAll(/\borm\b/g)].map(({ index }) => ({
        span: { start: index, end: index + 3 },
        name: "Session",
        layer: "orm" as const,
        sections: ["session#open", "core-vs-orm#orm"],
      })),
    slice: () => undefined,
    fixAll(uri, { select }) {
      const document = documents.get(uri);
      if (!document) return undefined;
      const wanted = findings(uri).filter(
        ({ safety, rule }) => safety === "safe" && (!select || select.includes(rule)),
      );
      const text = applyEdits(
        document.text,
        wanted.flatMap(({ fix }) => fix?.edits ?? []),
      );
      return { uri, version: document.version, text, applied: wanted.map(({ rule }) => rule), left: [] };
    },
    fix: (uri, rule, span) => findings(uri).find((each) => each.rule === rule && each.span.start === span.start)?.fix,
    suppression: (uri, { span, rule }) => ({
      title: "ignore",
      edits: [{ uri, span: { start: span.end, end: span.end }, text: `  # sqla: ignore[${rule}]` }],
    }),
    document: (uri) => documents.get(uri),
    missing: () => new Set(),
    rules: (): RuleInfo[] => [],
    dispose: () => calls.push("dispose"),
  };
}

function* noSteps(): Generator<void, void> {}

const nameOf = (uri: string): string => uri.slice(uri.lastIndexOf("/") + 1);

function findingsIn(uri: string, text: string): readonly Finding[] {
  return [...text.matchAll(/\b(raises|changes|deprecated|legacy)_(safe|review|explain)\((\w*)\)/g)].map(
    (match): Finding => {
      const start = match.index;
      const rule = `${match[1]}-${match[2]}`;
      const mark = { start, end: start + rule.length };
      const edits = [{ uri, span: mark, text: "fixed" }];
      // An argument that names a file stands for an edit there as well.
      const other = /^in_(\w+)$/.exec(match[3] ?? "")?.[1];
      if (other) edits.push({ uri: uri.replace(/[^/]*$/, `${other}.py`), span: { start: 0, end: 0 }, text: "# new\n" });
      return {
        rule,
        uri,
        mark,
        span: { start, end: start + match[0].length },
        effect: match[1] as Effect,
        safety: match[2] as Safety,
        message: `${rule} found`,
        certainty: "certain",
        because: [{ text: "`x = make()`", at: { uri, span: { start: 0, end: 1 }, line: 1 } }, { text: "by name" }],
        conditions: match[2] === "safe" ? [] : ["Is it so?"],
        lesson: "session#identity-map",
        doc: "https://docs.sqlalchemy.org/x",
        ...(match[2] !== "explain" && { fix: { title: `Fix ${rule}`, edits } }),
      };
    },
  );
}

function labelAt(text: string, uri: string, offset: number): Label | undefined {
  const match = [...text.matchAll(/\borm\b/g)].find(({ index }) => index <= offset && offset <= index + 3);
  if (!match) return undefined;
  return {
    kind: "name",
    title: "",
    api: "sqlalchemy.orm.Session",
    layer: "orm",
    certainty: "certain",
    because: [{ text: "`import x`", at: { uri, span: { start: 0, end: 1 }, line: 1 } }],
    summary: "Keeps objects.",
    history: "",
    lesson: "session",
    doc: "https://docs.sqlalchemy.org/x",
    span: { start: match.index, end: match.index + 3 },
    facts: [],
    rows: [],
    details: [],
    findings: [],
  };
}
