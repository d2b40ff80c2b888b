/** What the panel can be asked to show. */
export type Target =
  | { readonly kind: "lesson"; readonly id: string; readonly section: string | undefined }
  | { readonly kind: "rule"; readonly id: string }
  | { readonly kind: "review" };

const FORM = /^(?:(rule):)?([a-z0-9]+(?:-[a-z0-9]+)*)(?:#([a-z0-9]+(?:-[a-z0-9]+)*))?$/;

/** Reads `core-vs-orm`, `core-vs-orm#when-which`, `rule:query-get` or `review`; `undefined` for anything else. */
export function parseTarget(text: string): Target | undefined {
  const [, rule, id, section] = FORM.exec(text) ?? [];
  if (id === undefined) return undefined;
  if (rule !== undefined) return { kind: "rule", id };
  return id === "review" ? { kind: "review" } : { kind: "lesson", id, section };
}
