import type { SearchIndex } from "../../../content/schema.ts";

export type Entry = SearchIndex[number];

const mostResults = 50;

/**
 * Entries that hold every word of the query, the best first: titles ahead of names, names ahead of what stands around them, and whole
 * words ahead of parts. Without a query, the lessons and rules.
 */
export function search(index: SearchIndex, query: string): readonly Entry[] {
  const words = wordsOf(query);
  if (words.length === 0) return index.filter(({ kind }) => kind === "lesson" || kind === "rule");
  const scored = index.flatMap((entry) => {
    const scores = words.map((word) => scoreOf(entry, word));
    return scores.includes(0) ? [] : [{ entry, score: scores.reduce((sum, score) => sum + score, 0) }];
  });
  // Equal ones stay in the order of the course.
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, mostResults)
    .map(({ entry }) => entry);
}

function scoreOf({ title, where, names, kind }: Entry, word: string): number {
  const inNames = Math.max(0, ...names.map((name) => nameScore(name.toLowerCase(), word)));
  // Of a name's own page and a page that mentions it, the former is wanted.
  const own = kind === "section" ? 0 : 1;
  const best = Math.max(textScore(title, word) * 4, inNames * 3, textScore(where, word) * 2);
  return best === 0 ? 0 : best + own;
}

/** 0 to 10: the whole word, its beginning, or anywhere. */
function textScore(text: string, word: string): number {
  const at = text.toLowerCase();
  if (!at.includes(word)) return 0;
  const words = wordsOf(at);
  if (words.includes(word)) return 10;
  return words.some((each) => each.startsWith(word)) ? 6 : 2;
}

/** 0 to 10: `get` finds `session.get` as well as `session.get` itself, and `joinedload` by its beginning. */
function nameScore(name: string, word: string): number {
  if (name === word || name.endsWith(`.${word}`)) return 10;
  if (name.startsWith(word) || name.includes(`.${word}`)) return 6;
  return name.includes(word) ? 2 : 0;
}

/** Names stay whole: `session.get()` is one word, `session.get`; so does N+1. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+(?:[.+-][\p{L}\p{N}_]+)*/gu) ?? [];
}
