import type { Api } from "../knowledge/index.ts";

/** Where each part of the library is taught; the first prefix that fits. Ids are checked against the content by a test. */
const taught: readonly (readonly [prefix: string, lesson: string])[] = [
  ["sqlalchemy.engine", "core-vs-orm#core"],
  ["sqlalchemy.create_engine", "core-vs-orm#core"],
  ["sqlalchemy.orm", "core-vs-orm#orm"],
  ["sqlalchemy.ext", "core-vs-orm#orm"],
  ["flask_sqlalchemy", "core-vs-orm#orm"],
  ["sqlmodel", "core-vs-orm#orm"],
  ["sqlalchemy.select", "core-vs-orm#select"],
  ["sqlalchemy.sql", "core-vs-orm#core"],
];

export function lessonOf(api: Api | undefined): string {
  const name = api?.name ?? "";
  return taught.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`))?.[1] ?? "core-vs-orm";
}
