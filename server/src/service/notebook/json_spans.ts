import type { Span } from "../../syntax/index.ts";

/**
 * The spans of the values in a JSON object or array, without reading what is inside of them: keys to spans, or spans in
 * order. `text` must be JSON (JSON.parse accepts it) and `container` the span of an object or array in it. Loops over
 * nesting instead of recursing: depth is the author's to choose.
 */
export function memberSpans(text: string, container: Span): ReadonlyMap<string, Span> {
  const members = new Map<string, Span>();
  for (let at = skipBlank(text, container.start + 1); text[at] !== "}"; ) {
    const keyEnd = endOfValue(text, at);
    const key = String(JSON.parse(text.slice(at, keyEnd)));
    const start = skipBlank(text, skipBlank(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    members.set(key, { start, end });
    at = afterComma(text, end);
  }
  return members;
}

/** See `memberSpans`. */
export function elementSpans(text: string, container: Span): readonly Span[] {
  const elements: Span[] = [];
  for (let at = skipBlank(text, container.start + 1); text[at] !== "]"; ) {
    const end = endOfValue(text, at);
    elements.push({ start: at, end });
    at = afterComma(text, end);
  }
  return elements;
}

/** The span of the one value that a JSON text is. */
export function rootSpan(text: string): Span {
  const start = skipBlank(text, 0);
  return { start, end: endOfValue(text, start) };
}

function afterComma(text: string, at: number): number {
  const next = skipBlank(text, at);
  return text[next] === "," ? skipBlank(text, next + 1) : next;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) at++;
  return at;
}

function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"') {
      at = closingQuote(text, at);
    } else if (unit === "{" || unit === "[") {
      depth++;
    } else if (unit === "}" || unit === "]") {
      depth--;
      // The bracket closes what holds a bare number or word.
      if (depth < 0) return at;
    } else if (depth > 0 || !/[,\s]/.test(unit ?? "")) {
      continue;
    } else {
      return at;
    }
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function closingQuote(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
