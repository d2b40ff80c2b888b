import assert from "node:assert/strict";
import type { TreeItem } from "vscode";
import type { LessonNode, LessonTree } from "../../client/src/lessons/tree.ts";
import { memoryStore } from "./memory_store.ts";
import { root } from "./root.ts";
import { bundleUnderTest, type UnderTest } from "./under_test_bundle.ts";

const DAY = 24 * 60 * 60 * 1000;
const KEY = "sqlalchemyCoach.lessons.core-vs-orm";

describe("the tree of lessons", () => {
  let load: () => Promise<UnderTest>;
  before(async () => {
    load = await bundleUnderTest();
  });

  async function start(state?: unknown): Promise<LessonTree> {
    const { createLessons, fake } = await load();
    const store = memoryStore();
    if (state !== undefined) store.values.set(KEY, state);
    const context = { extensionUri: new fake.Uri(root), globalState: store, subscriptions: [] };
    return createLessons(context as never, "open.it", {} as never, () => 10 * DAY).tree;
  }

  const children = async (tree: LessonTree, node?: LessonNode) => (await tree.getChildren(node)) ?? [];
  const item = (tree: LessonTree, node: LessonNode | undefined) => {
    assert.ok(node);
    return tree.getTreeItem(node) as TreeItem;
  };

  it("says how long a lesson takes, before it is begun", async () => {
    const tree = await start();
    const [lesson] = await children(tree);
    const { label, description, command } = item(tree, lesson);
    assert.deepEqual([label, description], ["1. What SQLAlchemy is: Core and ORM", "9 min"]);
    assert.deepEqual([command?.command, command?.arguments], ["open.it", [{ lesson: "core-vs-orm" }]]);
  });

  it("says what was read and answered, after that", async () => {
    const answers = { "two-layers": { chosen: ["orm-on-core"], right: true } };
    const tree = await start({ visited: ["start", "layers"], answers });
    const [lesson] = await children(tree);
    assert.equal(item(tree, lesson).description, "2/13 read, 1/17 right");
  });

  it("holds a lesson's sections, each of which opens there", async () => {
    const tree = await start({ visited: ["start"], answers: {} });
    const [lesson] = await children(tree);
    const sections = (await children(tree, lesson)).map((node) => item(tree, node));
    assert.equal(sections.length, 13);
    assert.equal(sections[0]?.accessibilityInformation?.label, "Two things under one name, read");
    assert.equal(sections[1]?.accessibilityInformation?.label, "Why map objects to tables?");
    assert.deepEqual(sections[1]?.command?.arguments, [{ lesson: "core-vs-orm#why-map" }]);
  });

  it("offers the review when something is due, ahead of the lessons", async () => {
    const missed = { chosen: ["old-new"], right: false, review: { step: 0, day: 9 } };
    const tree = await start({ visited: [], answers: { "two-layers": missed } });
    const [review, lesson] = await children(tree);
    assert.equal(item(tree, review).description, "1 due");
    assert.deepEqual(item(tree, review).command?.arguments, [{ lesson: "review" }]);
    assert.equal(lesson?.kind, "lesson");
  });

  it("leads to the page of every rule", async () => {
    const tree = await start();
    const rules = (await children(tree)).at(-1);
    assert.equal(item(tree, rules).label, "Rules");
    const items = (await children(tree, rules)).map((node) => item(tree, node));
    assert.ok(items.length > 0);
    assert.ok(
      items.some(({ label, command }) => label === "query-get" && command?.arguments?.[0].lesson === "rule:query-get"),
    );
    assert.equal(item(tree, rules).description, String(items.length));
  });
});
