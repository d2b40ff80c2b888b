import type { CancellationToken, TextDocumentEdit, WorkspaceEdit } from "vscode-languageserver";
import { type Edit, effects, type Finding } from "../engine/finding.ts";
import type { TourFamily, TourFinding, TourFixParams, TourFixResult, TourResult } from "../protocol.ts";
import { type Analysis, throwIfCancelled } from "./analysis.ts";
import { difference } from "./difference.ts";
import type { Documents } from "./documents.ts";
import { toWorkspaceEdit } from "./fixes.ts";
import { Places, type Project, type Projects } from "./projects.ts";
import type { Translate } from "./strings.ts";
import { fingerprints } from "./tour_keys.ts";
import { toKey } from "./uris.ts";

export interface TourPorts {
  readonly documents: Documents;
  readonly analysis: Analysis;
  readonly projects: Promise<Projects>;
  readonly translate: Translate;
  readonly turn: () => Promise<void>;
  readonly read: (uri: string) => Promise<string | undefined>;
}

/** A family shows so many of its findings, and one fix of a family changes so many files: the next call takes the next ones. */
const mostFindings = 500;
const mostFiles = 200;

/** The findings of all projects as a guided migration walks through them, and its fixes as edits. */
export class Tour {
  readonly #ports: TourPorts;

  constructor(ports: TourPorts) {
    this.#ports = ports;
  }

  /** Waits until the workspace's files have been read, and takes a turn after each: a cancellation is heard at once. */
  async families(token: CancellationToken): Promise<TourResult> {
    const families = new Map<string, Family>();
    let files = 0;
    await this.#each(token, (project, key, findings, places) => {
      files++;
      if (findings.length > 0) collect(families, { project, key, findings, places });
    });
    return { families: [...families.values()].sort(byEffect), files };
  }

  /** Throws ContentModified where a document is another by now. */
  async fix({ rule, finding }: TourFixParams, token: CancellationToken): Promise<TourFixResult> {
    return finding === undefined ? this.#fixFamily(rule, token) : this.#fixOne(rule, finding, token);
  }

  async #fixOne(rule: string, { uri, key: name }: NamedFinding, token: CancellationToken): Promise<TourFixResult> {
    const project = (await this.#ports.projects).of(uri);
    const key = this.#ports.documents.get(uri)?.key ?? toKey(uri);
    const findings = await this.#findings(project, key, token);
    const names = fingerprints(findings, textOf(project, key));
    const found = findings.find((candidate, at) => candidate.rule === rule && names[at] === name);
    const fix = found && project.service.fix(key, rule, found.span);
    if (!found || !fix) return { edit: null, files: 0 };
    // Only what a person has seen the condition of is changed: an annotation makes the editor show it first.
    const annotation = {
      label: this.#ports.translate("{0} (needs review)", fix.title),
      needsConfirmation: true,
      description: found.conditions.join(" "),
    };
    return result(await this.#toEdit(project, fix.edits, found.safety === "review" ? annotation : undefined));
  }

  async #fixFamily(rule: string, token: CancellationToken): Promise<TourFixResult> {
    const byProject = new Map<Project, Edit[]>();
    let files = 0;
    await this.#each(token, (project, key, findings) => {
      if (files >= mostFiles || !findings.some((finding) => finding.rule === rule && finding.safety === "safe")) return;
      const before = project.service.document(key);
      const after = project.service.fixAll(key, { safety: "safe", select: [rule] });
      if (!before || !after || after.text === before.text) return;
      files++;
      const edits = difference(before.text, after.text).map((edit) => ({ uri: key, ...edit }));
      byProject.set(project, [...(byProject.get(project) ?? []), ...edits]);
    });
    const edits = await Promise.all([...byProject].map(([project, own]) => this.#toEdit(project, own)));
    return result({ documentChanges: edits.flatMap(({ documentChanges = [] }) => documentChanges) });
  }

  #toEdit(
    project: Project,
    edits: readonly Edit[],
    annotation?: Parameters<typeof toWorkspaceEdit>[2],
  ): Promise<WorkspaceEdit> {
    const { documents, read } = this.#ports;
    return toWorkspaceEdit(edits, { documents, project, read }, annotation);
  }

  /** Every document that the analyser knows, in the order of the folders and then of their paths. */
  async #each(
    token: CancellationToken,
    use: (project: Project, key: string, findings: readonly Finding[], places: Places) => void,
  ): Promise<void> {
    const { documents, analysis } = this.#ports;
    const projects = await this.#ports.projects;
    for (const project of projects.all()) {
      await project.read;
      await analysis.tellOpen(project);
      const open = documents.units().filter(({ uri }) => projects.of(uri) === project);
      for (const key of [...new Set([...project.modules(), ...open.map((unit) => unit.key)])].sort()) {
        use(project, key, await this.#findings(project, key, token), new Places(documents, project));
      }
    }
  }

  /** Of the present text; none of a document that is left alone. */
  async #findings(project: Project, key: string, token: CancellationToken): Promise<readonly Finding[]> {
    const { documents, analysis, turn } = this.#ports;
    const open = documents.unit(key)?.documents.find(({ isPart }) => isPart);
    if (open) return shown(project, (await analysis.latest(open, token, (owner) => owner.findings(key))) ?? []);
    await turn();
    throwIfCancelled(token);
    return shown(project, project.findings(key));
  }
}

type NamedFinding = NonNullable<TourFixParams["finding"]>;

interface Family {
  readonly rule: string;
  readonly title: string;
  readonly lesson: string;
  effect: Finding["effect"];
  count: number;
  safe: number;
  readonly findings: TourFinding[];
}

interface FileFindings {
  readonly project: Project;
  readonly key: string;
  readonly findings: readonly Finding[];
  readonly places: Places;
}

function collect(families: Map<string, Family>, { project, key, findings, places }: FileFindings): void {
  const names = fingerprints(findings, textOf(project, key));
  for (const [at, finding] of findings.entries()) {
    const { rule, effect } = finding;
    const family = families.get(rule) ?? newFamily(finding, project);
    families.set(rule, family);
    family.count++;
    if (finding.safety === "safe") family.safe++;
    // Two folders may have two targets: the family stands where its worst one belongs.
    if (effects.indexOf(effect) < effects.indexOf(family.effect)) family.effect = effect;
    const standing = family.findings.length < mostFindings ? places.at(key, finding.span) : undefined;
    if (!standing) continue;
    const { uri, lines } = standing;
    family.findings.push({
      key: names[at] ?? "",
      uri,
      path: project.shownPath(uri),
      range: lines.rangeOf(finding.span),
      message: finding.message,
      target: project.config.target,
      safety: finding.safety,
      conditions: finding.conditions,
      fix: finding.fix?.title ?? null,
      code: firstLine(lines.textIn(finding.span)),
    });
  }
}

function newFamily({ rule, effect, lesson }: Finding, { service }: Project): Family {
  const title = service.rules().find(({ id }) => id === rule)?.title ?? rule;
  return { rule, title, lesson, effect, count: 0, safe: 0, findings: [] };
}

const byEffect = (a: TourFamily, b: TourFamily): number =>
  effects.indexOf(a.effect) - effects.indexOf(b.effect) || b.count - a.count || (a.rule < b.rule ? -1 : 1);

/** Who has turned the hints off doesn't want to be led through them. */
const shown = ({ settings }: Project, findings: readonly Finding[]): readonly Finding[] =>
  settings.diagnostics.legacy === "off" ? findings.filter(({ effect }) => effect !== "legacy") : findings;

const textOf = (project: Project, key: string): string => project.service.document(key)?.text ?? "";

const firstLine = (code: string): string => (/^[^\r\n]*/.exec(code)?.[0] ?? "").slice(0, 120);

function result(edit: WorkspaceEdit): TourFixResult {
  const documents = new Set(
    (edit.documentChanges ?? []).map((change) => (change as TextDocumentEdit).textDocument.uri),
  );
  return documents.size === 0 ? { edit: null, files: 0 } : { edit, files: documents.size };
}
