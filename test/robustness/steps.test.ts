import assert from "node:assert/strict";
import type { Service } from "../../server/src/service/index.ts";
import { testService } from "../harness/analyser.ts";

const uri = "file:///long.py";

const head = "from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n";
const part = (index: number): string => `
class Part${index}:
    def read(self, session: Session):
        # ${"x".repeat(500)}
        found = session.query(Part${index}).get(${index})
        return found, select([Part${index}])
`;

/** Long enough to be analysed in steps, with comments, an error and two statements on a line. */
const long = `${head}x = 1; y = 2
${Array.from({ length: 350 }, (_, index) => part(index)).join("")}
z = (

${part(350)}`;

function open(service: Service, text: string, version = 1): void {
  service.apply([{ kind: "set", uri, version, text, open: true }]);
}

describe("analysis in steps", () => {
  it("finds what analysis at once finds", async () => {
    const [stepped, whole] = [await testService(), await testService()];
    open(stepped, long);
    open(whole, long);
    let steps = 0;
    for (const _ of stepped.steps(uri)) steps++;
    assert.ok(steps > 50, `${steps} steps`);
    const findings = stepped.findings(uri);
    assert.ok(findings.length > 600);
    assert.deepEqual(findings, whole.findings(uri));
    assert.equal([...stepped.steps(uri)].length, 0, "there is nothing left to do");
    const edits = [{ span: { start: head.length, end: head.length }, text: "v = select([1])\n" }];
    for (const service of [stepped, whole]) service.apply([{ kind: "edit", uri, version: 2, edits }]);
    assert.deepEqual(stepped.findings(uri), whole.findings(uri), "its tree takes edits as any");
    stepped.dispose();
    whole.dispose();
  });

  it("ends early, without an answer, where the text changes in any of its stages", async () => {
    const service = await testService();
    for (let stage = 1; stage < 160; stage += 20) {
      open(service, long, stage);
      const steps = service.steps(uri);
      for (let step = 0; step < stage; step++) steps.next();
      open(service, `${head}a = select([1])\n`, stage + 1);
      for (let left = 0; !steps.next().done; left++) assert.ok(left < 2000);
      assert.deepEqual(
        service.findings(uri).map(({ rule }) => rule),
        ["select-list"],
      );
    }
    service.dispose();
  });

  it("lets the parser be used in between, and can be left at any time", async () => {
    const service = await testService();
    open(service, long);
    const other = "file:///other.py";
    const steps = service.steps(uri);
    for (let step = 0; step < 3; step++) {
      steps.next();
      service.apply([{ kind: "set", uri: other, version: step, text: `${head}a = select([${step}])\n`, open: true }]);
      assert.equal(service.findings(other).length, 1);
    }
    steps.return();
    assert.ok(service.findings(uri).length > 600);
    service.dispose();
  });

  it("is nothing for a document that is short, closed, unknown or without SQLAlchemy", async () => {
    const service = await testService();
    open(service, `${head}a = select([1])\n`);
    assert.equal([...service.steps(uri)].length, 0);
    open(service, long.replaceAll("sqlalchemy", "somewhere"));
    assert.equal([...service.steps(uri)].length, 0);
    service.apply([{ kind: "set", uri, version: 1, text: long, open: false }]);
    assert.equal([...service.steps(uri)].length, 0);
    assert.equal([...service.steps("file:///unknown.py")].length, 0);
    service.dispose();
  });
});
