import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Effect, Finding } from "../engine/finding.ts";
import { rules } from "../rules/index.gen.ts";
import { createService, defaultConfig, type Label, type RuleInfo } from "../service/index.ts";
import { createParser, lineAt, lineStarts } from "../syntax/index.ts";

/** The analyser for the build's own tools: one piece of Python at a time, judged for 2.0. Lines and columns are 1-based. */
export interface Analyser {
  /** The layer of what stands at a place; `null` where that is none of SQLAlchemy's. Columns count UTF-16 units. */
  layerAt(code: string, line: number, column: number): Label["layer"];
  labelAt(code: string, line: number, column: number): Label | undefined;
  findings(code: string): readonly FoundLines[];
  /** The same findings with their edits; offsets are those of `code`. */
  fullFindings(code: string): readonly Finding[];
  /** The code with all safe fixes, and with those to review where asked. */
  fixed(code: string, safety?: "safe" | "review"): string;
  rules(): readonly RuleInfo[];
  dispose(): void;
}

export interface FoundLines {
  readonly rule: string;
  readonly effect: Effect;
  readonly startLine: number;
  readonly endLine: number;
}

/** Works from a checkout: `root` is the folder of its package.json. A rule that throws is an error here, not a log line. */
export async function createAnalyser(root: string): Promise<Analyser> {
  const parser = await createParser(grammarOf(root));
  const log = {
    fault(message: string) {
      throw new Error(message);
    },
  };
  const service = createService({ parser, rules, log });
  service.configure({ ...defaultConfig, target: "2.0" });
  const uri = "file:///example.py";
  const set = (code: string): void => service.apply([{ kind: "set", uri, version: 1, text: code, open: false }]);

  const labelAt = (code: string, line: number, column: number): Label | undefined => {
    set(code);
    const start = lineStarts(code)[line - 1];
    return start === undefined ? undefined : service.label(uri, start + column - 1);
  };
  const fullFindings = (code: string): readonly Finding[] => {
    set(code);
    return service.findings(uri);
  };
  return {
    labelAt,
    fullFindings,
    layerAt: (code, line, column) => labelAt(code, line, column)?.layer ?? null,
    findings(code) {
      const lines = lineStarts(code);
      return fullFindings(code).map(({ rule, effect, span }) => ({
        rule,
        effect,
        startLine: lineAt(lines, span.start) + 1,
        endLine: lineAt(lines, span.end) + 1,
      }));
    },
    fixed(code, safety = "safe") {
      set(code);
      return service.fixAll(uri, { safety })?.text ?? code;
    },
    rules: () => service.rules(),
    dispose() {
      service.dispose();
      parser.dispose();
    },
  };
}

const lockSchema = z.object({ files: z.array(z.object({ file: z.string(), from: z.string() })) });

/** The grammars as npm installed them: before the build has copied them. Throws where one is missing. */
function grammarOf(root: string): { runtime: Uint8Array; python: Uint8Array } {
  const { files } = z.parse(lockSchema, JSON.parse(readFileSync(join(root, "grammars/LOCK.json"), "utf8")));
  const bytesOf = (file: string): Uint8Array => {
    const from = files.find((entry) => entry.file === file)?.from;
    if (from === undefined) throw new Error(`grammars/LOCK.json does not name ${file}`);
    return readFileSync(join(root, "node_modules", from));
  };
  return { runtime: bytesOf("web-tree-sitter.wasm"), python: bytesOf("tree-sitter-python.wasm") };
}
