import type { Finding } from "../engine/finding.ts";

/**
 * A name for each finding of one document, by its rule and code: the same when it moves or is indented anew. Of several with the
 * same code, the first has 0 at its end, the next one 1.
 */
export function fingerprints(findings: readonly Finding[], text: string): readonly string[] {
  const counts = new Map<string, number>();
  return findings.map(({ rule, span }) => {
    const code = text.slice(span.start, span.end).replace(/\s+/g, " ").trim();
    const name = `${rule}.${hash(code)}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${name}.${count}`;
  });
}

/** 64 bits in base 36: enough to tell the findings of one file apart, and no source is kept in a progress. FNV-1a, with two offsets. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193);
  }
  return [low, high].map((part) => (part >>> 0).toString(36)).join("");
}
