import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./parser.ts";

/** One fenced block of a fixture document. */
export interface Block {
  /** The words behind "py": a path, "fixed", "target=1.4". */
  readonly info: readonly string[];
  readonly code: string;
  /** The prose above it, for the test's name. */
  readonly about: string;
  /** 1-based line of the fence. */
  readonly line: number;
  /** Whether nothing but blank lines stands between it and the block before. */
  readonly adjoins: boolean;
}

/** Files of one try: a lone block, or named blocks that directly follow one another. */
export interface Try {
  readonly about: string;
  readonly line: number;
  readonly files: readonly { readonly path: string; readonly code: string; readonly line: number }[];
  readonly target: string | undefined;
  /** What the last file becomes when its fixes are applied. */
  readonly fixed: string | undefined;
}

export function fixturesIn(folder: string): readonly { readonly name: string; readonly tries: readonly Try[] }[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => ({
      name: name.slice(0, -3),
      tries: toTries(blocksOf(readFileSync(join(root, folder, name), "utf8"))),
    }));
}

export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split("\n");
  let about = "";
  let adjoins = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const fence = /^```py\b(.*)$/.exec(line);
    if (!fence) {
      if (line.trim() !== "") {
        about = adjoins || about === "" || /^#/.test(line) ? line.replace(/^#+\s*/, "") : `${about} ${line}`;
        adjoins = false;
      }
      continue;
    }
    const start = i + 1;
    while (i + 1 < lines.length && !/^```\s*$/.test(lines[++i] ?? ""));
    const code = `${lines.slice(start, i).join("\n")}\n`;
    blocks.push({ info: (fence[1] ?? "").split(/\s+/).filter(Boolean), code, about, line: start, adjoins });
    adjoins = true;
  }
  return blocks;
}

function toTries(blocks: readonly Block[]): readonly Try[] {
  const tries: Try[] = [];
  for (const block of blocks) {
    const last = tries[tries.length - 1];
    if (block.info.includes("fixed")) {
      if (!last) throw new Error(`line ${block.line}: a fixed block without a block before it`);
      tries[tries.length - 1] = { ...last, fixed: block.code };
      continue;
    }
    const path = block.info.find((word) => word.endsWith(".py"));
    const target = block.info.find((word) => word.startsWith("target="))?.slice(7);
    const file = { path: path ?? "main.py", code: block.code, line: block.line };
    const joins =
      last !== undefined &&
      block.adjoins &&
      path !== undefined &&
      last.files.every((each) => each.path !== path) &&
      last.files[0]?.path !== "main.py" &&
      last.fixed === undefined;
    if (joins) tries[tries.length - 1] = { ...last, files: [...last.files, file], target: target ?? last.target };
    else tries.push({ about: block.about, line: block.line, files: [file], target, fixed: undefined });
  }
  return tries;
}
