import {
  Attribute,
  applyEdits,
  Call,
  type Node,
  type SourceFile,
  type TextEdit,
} from "../../server/src/syntax/index.ts";

/** The same program as another author would have laid it out. What a variant can't be said of stays as it is. */
export const variants: Readonly<Record<string, (file: SourceFile) => string>> = {
  "as written": (file) => file.text,
  "with a comment behind every line": commented,
  "with every call over several lines, and comments in it": exploded,
  "with a line continued before every dot": continued,
  "with every argument in parentheses": parenthesized,
  "indented by tabs": (file) => file.text.replaceAll(/^( {4})+/gm, (blanks) => "\t".repeat(blanks.length / 4)),
  "without an end of the last line": (file) => file.text.trimEnd(),
};

function commented(file: SourceFile): string {
  return file.text
    .split("\n")
    .map((line, index) => {
      const end = (file.lines[index + 1] ?? file.text.length + 1) - 1;
      const isFull = line.trim() === "" || line.endsWith("\\") || isInString(file, end);
      return isFull ? line : `${line}  # line ${index + 1}.`;
    })
    .join("\n");
}

function exploded(file: SourceFile): string {
  const lists = nodesOf(file).flatMap((node) => (node instanceof Call ? [node.argumentList] : []));
  return applyEdits(
    file.text,
    lists.flatMap((list, index) => [
      insertion(list.start + 1, `  # opens ${index}.\n        `),
      insertion(list.end - 1, "\n    "),
    ]),
  );
}

function continued(file: SourceFile): string {
  const dots = nodesOf(file).flatMap((node) => (node instanceof Attribute ? [node.object.end] : []));
  return applyEdits(
    file.text,
    dots.map((at) => insertion(at, " \\\n        ")),
  );
}

function parenthesized(file: SourceFile): string {
  const values = nodesOf(file).flatMap((node) =>
    node instanceof Call && node.argumentList.type === "argument_list" ? node.args.map(({ value }) => value) : [],
  );
  const edits = new Map<number, string>();
  for (const { start, end } of values) {
    edits.set(start, `${edits.get(start) ?? ""}(`);
    edits.set(end, `${edits.get(end) ?? ""})`);
  }
  return applyEdits(
    file.text,
    [...edits].map(([at, text]) => insertion(at, text)),
  );
}

const insertion = (at: number, text: string): TextEdit => ({ span: { start: at, end: at }, text });

/** All nodes but for those in strings, which may not be broken over lines. */
const nodesOf = (file: SourceFile): readonly Node[] =>
  [...file.walk()].filter((node) => !node.around((outer) => /string$/.test(outer.type)));

const isInString = (file: SourceFile, offset: number): boolean =>
  [...file.walk()].some((node) => /string$/.test(node.type) && node.start < offset && offset < node.end);
