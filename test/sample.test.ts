import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../server/src/rules/index.gen.ts";
import type { Service } from "../server/src/service/index.ts";
import { testService } from "./harness/analyser.ts";
import { root } from "./harness/parser.ts";

const folder = join(root, "content/sample/library");
const files = readdirSync(folder).filter((name) => name.endsWith(".py"));
const uriOf = (name: string): string => `file:///sample/library/${name}`;

describe("the sample workspace", () => {
  let service: Service;
  before(async () => {
    service = await testService();
    service.apply(
      files.map((name) => ({
        kind: "set",
        uri: uriOf(name),
        version: 1,
        text: readFileSync(join(folder, name), "utf8"),
        open: false,
      })),
    );
  });
  after(() => service.dispose());

  it("shows a finding of every rule", () => {
    const found = new Set(files.flatMap((name) => service.findings(uriOf(name)).map(({ rule }) => rule)));
    assert.deepEqual(
      rules.map(({ rule }) => rule.id).filter((id) => !found.has(id)),
      [],
    );
  });

  it("has nothing to flag in its modern part, nor in what opens the database", () => {
    assert.deepEqual(service.findings(uriOf("modern.py")), []);
    assert.deepEqual(service.findings(uriOf("db.py")), []);
  });

  it("says ORM, Core and both in its modern part", () => {
    const text = readFileSync(join(folder, "modern.py"), "utf8");
    const layerOf = (before: string) => service.label(uriOf("modern.py"), text.indexOf(before) + before.length)?.layer;
    assert.equal(layerOf("session.ge"), "orm");
    assert.equal(layerOf("session.scalars(sele"), "both");
    assert.equal(layerOf("engine.beg"), "core");
  });
});
