import assert from "node:assert/strict";
import * as z from "zod/mini";
import { inWorkspace } from "./harness.ts";
import { models, superseded, supersededRule } from "./samples.ts";

const explained = z.strictObject({
  kind: z.nullable(z.string()),
  title: z.string(),
  facts: z.array(z.strictObject({ name: z.string(), text: z.string() })),
  rows: z.array(z.tuple([z.string(), z.string(), z.string()])),
  api: z.nullable(z.string()),
  layer: z.nullable(z.enum(["core", "orm", "both"])),
  certainty: z.enum(["certain", "likely", "unknown"]),
  because: z.array(z.string()),
  summary: z.string(),
  history: z.string(),
  lesson: z.string(),
  findings: z.array(z.string()),
  doc: z.string(),
  details: z.array(z.string()),
});

const files = {
  "models.py": models,
  "db.py": "from sqlalchemy.orm import sessionmaker\n\nOpen = sessionmaker()\n",
  "a.py":
    'from db import Open\nfrom models import User\n\nface = "😀"; s = Open(); s.query(User).filter(User.id > 1).all()\nprint(1)\n',
};

describe("explain", () => {
  it("says what stands at a place, and why we believe so", () =>
    inWorkspace(files, (workspace) => {
      const column = (workspace.read("a.py").split("\n")[3] ?? "").indexOf("filter") + 1;
      const { status, stdout } = workspace.coach(["explain", `a.py:4:${column}`, "--format", "json"]);
      assert.equal(status, 0);
      const told = explained.parse(JSON.parse(stdout));
      assert.equal(told.api, "sqlalchemy.orm.Query.filter");
      assert.equal(told.layer, "orm");
      assert.equal(told.certainty, "certain");
      assert.ok(
        told.because.some((reason) => reason.includes("db.py:3")),
        told.because.join(),
      );
      assert.notEqual(told.summary, "");
      const text = workspace.coach(["explain", `a.py:4:${column}`]).stdout;
      assert.match(text, /^a\.py:4:\d+ /);
      assert.match(text, /^ORM sqlalchemy\.orm\.Query\.filter$/m);
      assert.match(text, /^because .*db\.py:3$/m);
    }));

  it("tells of classes that know nothing of SQLAlchemy, and are mapped elsewhere", () =>
    inWorkspace(
      {
        "pyproject.toml": "",
        "shop/domain/__init__.py": "from .batch import Batch\n",
        "shop/domain/batch.py": "class Batch:\n    def __init__(self, ref):\n        self.ref = ref\n",
        "shop/orm.py":
          "from sqlalchemy import Column, Integer, MetaData, Table\nfrom sqlalchemy.orm import registry\nfrom shop.domain import Batch\n" +
          'batches = Table("batches", MetaData(), Column("id", Integer, primary_key=True), Column("ref", Integer))\n' +
          "registry().map_imperatively(Batch, batches)\n",
        "shop/other.py": "class Batch:\n    ref = 1\n",
      },
      (workspace) => {
        const told = workspace.coach(["explain", "shop/domain/batch.py:3:14"]).stdout;
        assert.match(told, /^ORM column Batch\.ref$/m);
        assert.match(told, /^because .*shop\/orm\.py:4$/m);
        assert.match(workspace.coach(["explain", "shop/domain/batch.py:1:7"]).stdout, /rows of the table `batches`/);
        assert.match(workspace.coach(["explain", "shop/other.py:1:7"]).stdout, /^Nothing of SQLAlchemy/);
      },
    ));

  it("says the same as a hover of keywords, attributes and models", () =>
    inWorkspace({ "models.py": models, "b.py": "from models import User\nUser(id=1).id\n" }, (workspace) => {
      const at = (place: string) =>
        explained.parse(JSON.parse(workspace.coach(["explain", place, "--format", "json"]).stdout));
      const column = at("b.py:2:12");
      assert.deepEqual([column.kind, column.title, column.layer], ["column", "User.id", "orm"]);
      assert.match(column.because[0] ?? "", /models\.py:\d+$/);
      const model = at("b.py:1:20");
      assert.equal(model.kind, "model");
      assert.deepEqual(model.rows[0]?.slice(0, 1), ["id"]);
      const text = workspace.coach(["explain", "b.py:1:20"]).stdout;
      assert.match(text, /^ORM model User$/m);
      assert.match(text, /^ {2}id +int +primary key$/m);
      assert.match(workspace.coach(["explain", "b.py:2:6"]).stdout, /^ORM column User\.id$/m);
    }));

  it("names the findings there", () =>
    inWorkspace({ "models.py": models, "a.py": superseded }, (workspace) => {
      const told = JSON.parse(workspace.coach(["explain", "a.py:7:33", "--format", "json"]).stdout);
      assert.deepEqual(told.findings, [supersededRule]);
      assert.match(workspace.coach(["explain", "a.py:7:33"]).stdout, new RegExp(`^deprecated ${supersededRule} `, "m"));
    }));

  it("knows nothing of what is none of SQLAlchemy's", () =>
    inWorkspace(files, (workspace) => {
      for (const place of ["a.py:5:1", "a.py:3:1", "a.py:5:900"]) {
        const { status, stdout } = workspace.coach(["explain", place, "--format", "json"]);
        assert.equal(status, 0);
        const told = explained.parse(JSON.parse(stdout));
        assert.equal(told.layer, null, place);
        assert.equal(told.api, null, place);
      }
      assert.match(workspace.coach(["explain", "a.py:5:1"]).stdout, /^Nothing of SQLAlchemy's/);
    }));
});

const rule = z.strictObject({
  id: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  family: z.string(),
  title: z.string(),
  lesson: z.string(),
  doc: z.url(),
  effects: z.partialRecord(z.enum(["1.4", "2.0", "2.1"]), z.enum(["raises", "changes", "deprecated", "legacy"])),
  examples: z.array(z.strictObject({ bad: z.string(), good: z.optional(z.string()) })).check(z.minLength(1)),
});
const listed = z.strictObject({ version: z.literal(1), rules: z.array(rule) });

describe("rules", () => {
  it("lists all, one family, or one rule with its examples", () =>
    inWorkspace({}, (workspace) => {
      const list = (...args: string[]) =>
        listed.parse(JSON.parse(workspace.coach(["rules", ...args, "--format", "json"]).stdout)).rules;
      const all = list();
      const one = all.find(({ id }) => id === supersededRule);
      assert.ok(one);
      assert.deepEqual(list(supersededRule), [one]);
      assert.deepEqual(
        list(one.family),
        all.filter(({ family }) => family === one.family),
      );
      const text = workspace.coach(["rules"]).stdout;
      for (const { id, title } of all) assert.ok(text.includes(`  ${id} `) && text.includes(title));
      const page = workspace.coach(["rules", supersededRule]).stdout;
      assert.ok(page.startsWith(`${supersededRule} (${one.family})\n${one.title}\n`));
      assert.ok(page.includes("\n- ") && page.includes("\n+ "));
    }));
});
