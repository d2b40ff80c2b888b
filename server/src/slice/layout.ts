import { breakable } from "./expressions.ts";

/** Breaks the chain of a line that is too long, a call a line, as people write queries; takes the marks away. */
export function laidOut(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const plain = line.replaceAll(breakable, "");
      return plain.length <= widest ? plain : broken(line);
    })
    .join("\n");
}

const widest = 88;

/** The outermost brackets that hold a chain get its calls on lines of their own. */
function broken(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const start = /^ *(?:[\w.]+ = |show\(|\w+ = )/.exec(line)?.[0].length ?? indent.length;
  const isInside = line.slice(0, start).endsWith("(");
  const body = isInside ? line.slice(start, -1) : line.slice(start);
  const parts = chainParts(body);
  if (parts.length < 2) return line.replaceAll(breakable, "");
  const [root = "", ...calls] = parts.map((part) => part.replaceAll(breakable, ""));
  const inner = [root, ...calls].map((part) => `${indent}    ${part}`);
  const head = line.slice(0, start).replaceAll(breakable, "");
  return isInside ? [head, ...inner, `${indent})`].join("\n") : [`${head}(`, ...inner, `${indent})`].join("\n");
}

/** Splits at the marks that stand in no bracket and in no string. */
function chainParts(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at] ?? "";
    if (unit === '"') at = endOfString(text, at);
    else if ("([{".includes(unit)) depth++;
    else if (")]}".includes(unit)) depth--;
    else if (unit === breakable && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** All strings are JSON's. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
