import assert from "node:assert/strict";
import { type Analyser, createAnalyser } from "../../server/src/main/analyser.ts";
import { modern, raises, raisesRule, superseded, supersededFixed, supersededRule } from "./samples.ts";

describe("the analyser of the build's tools", () => {
  let analyser: Analyser;
  before(async () => {
    analyser = await createAnalyser(process.cwd());
  });
  after(() => analyser.dispose());

  it("says the layer of what stands at a line and column, both from 1", () => {
    const columnOf = (line: number, word: string): number => (modern.split("\n")[line - 1] ?? "").indexOf(word) + 1;
    assert.equal(analyser.layerAt(modern, 8, columnOf(8, "scalars")), "orm");
    assert.equal(analyser.layerAt(raises, 4, columnOf(4, "connect") + 12), "core");
    assert.equal(analyser.layerAt(modern, 8, 5), null);
    assert.equal(analyser.layerAt(modern, 99, 1), null);
    assert.equal(analyser.labelAt(modern, 8, columnOf(8, "scalars"))?.api, "sqlalchemy.orm.Session.scalars");
  });

  it("gives findings by line, and fixes", () => {
    assert.deepEqual(analyser.findings(raises), [{ rule: raisesRule, effect: "raises", startLine: 5, endLine: 5 }]);
    assert.deepEqual(
      analyser.fullFindings(superseded).map(({ rule }) => rule),
      [supersededRule],
    );
    assert.equal(analyser.fixed(superseded), supersededFixed);
    assert.equal(analyser.fixed(modern), modern);
    assert.ok(analyser.rules().some(({ id }) => id === supersededRule));
  });
});
