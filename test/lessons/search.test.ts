import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { search } from "../../client/src/lessons/search.ts";
import { type Page, SearchIndex } from "../../content/schema.ts";
import { root } from "./root.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(join(root, "dist/content", path), "utf8"));

describe("the search over lessons and rules", () => {
  const index = SearchIndex.parse(read("search.json"));
  const first = (query: string): string | undefined => search(index, query)[0]?.target;

  it("finds a lesson, a section and a rule by their titles", () => {
    assert.equal(first("from 1.x to 2.0"), "migrate");
    assert.equal(first("RemovedIn20Warning"), "migrate#warnings");
    assert.equal(first("ask the session"), "rule:query-get");
  });

  it("takes N+1 for one word, and not for an n and a 1", () => {
    const found = search(index, "n+1");
    assert.ok(found.length > 0);
    for (const { target } of found) assert.match(target, /^loading/);
  });

  it("finds a rule by its id, and a term of the glossary where it is first explained", () => {
    assert.equal(first("query-get"), "rule:query-get");
    const term = search(index, "identity map").find(({ kind }) => kind === "term");
    assert.equal(term?.title, "Identity map");
  });

  it("finds the section that teaches a name", () => {
    for (const [name, lesson] of [
      ["selectinload", "loading"],
      ["session.rollback()", "session"],
      ["create_async_engine", "async"],
      ["mapped_column", "models"],
    ] as const) {
      const targets = search(index, name).map(({ target }) => target);
      assert.ok(
        targets.slice(0, 5).some((target) => target.startsWith(lesson)),
        `${name}: ${targets.join(" ")}`,
      );
    }
  });

  it("wants every word, in any order and case", () => {
    const found = search(index, "ORM what core");
    assert.equal(found[0]?.target, "core-vs-orm");
    assert.deepEqual(search(index, "session zebra"), []);
    assert.deepEqual(search(index, "()"), search(index, ""));
  });

  it("shows lessons and rules before anything is typed", () => {
    assert.deepEqual(new Set(search(index, " ").map(({ kind }) => kind)), new Set(["lesson", "rule"]));
  });

  it("names only places that are there", () => {
    const dead = index.filter(({ target }) => {
      const [, rule, id = "", section] = /^(rule:)?([a-z0-9-]+)(?:#(.+))?$/.exec(target) ?? [];
      const page = read(`${rule ? "rules" : "lessons"}/${id}.json`) as Page;
      return section !== undefined && !page.sections.some((each) => each.id === section);
    });
    assert.deepEqual(dead, []);
  });
});
