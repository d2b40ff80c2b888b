import { diffArrays } from "diff";
import type { TextEdit } from "../syntax/text.ts";

/**
 * The edits that turn `before` into `after`, in order and apart from each other: changed lines only, and of those only
 * what differs, so that cursors, folds and breakpoints elsewhere stay where they are.
 */
export function difference(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  // Two texts that share next to nothing take quadratic time to compare, and no one gains from it.
  const parts = diffArrays(linesOf(before), linesOf(after), { maxEditLength: 20_000 });
  if (!parts) return [narrowed(0, before, after)];
  const edits: TextEdit[] = [];
  let at = 0;
  let removed = "";
  let added = "";
  const close = (): void => {
    if (removed !== added) edits.push(narrowed(at, removed, added));
    at += removed.length;
    removed = "";
    added = "";
  };
  for (const part of parts) {
    const text = part.value.join("");
    if (part.removed) removed += text;
    else if (part.added) added += text;
    else {
      close();
      at += text.length;
    }
  }
  close();
  return edits;
}

const linesOf = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];

/** The one edit that turns `before`, at an offset of a text, into `after`: of it only what differs. */
export function narrowed(at: number, before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < shorter - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  // An edit may not part a surrogate pair, nor the two units of a line end.
  if (parts(before, head) || parts(after, head)) head--;
  if (parts(before, before.length - tail) || parts(after, after.length - tail)) tail--;
  return { span: { start: at + head, end: at + before.length - tail }, text: after.slice(head, after.length - tail) };
}

function parts(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  const left = text.charCodeAt(offset - 1);
  const right = text.charCodeAt(offset);
  return (left === 13 && right === 10) || ((left & 0xfc00) === 0xd800 && (right & 0xfc00) === 0xdc00);
}
