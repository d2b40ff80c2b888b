import assert from "node:assert/strict";
import { started } from "./started.ts";

describe("a host that does not come up", () => {
  const starts = (...outcomes: (string | Error)[]) => {
    const told: string[] = [];
    const start = async () => {
      const outcome = outcomes.shift();
      if (typeof outcome !== "string") throw outcome ?? assert.fail("started too often");
      return outcome;
    };
    return { told, result: started(start, (line) => told.push(line)) };
  };

  it("is started once more, and that is said", async () => {
    const { told, result } = starts(new Error("no port"), "running");
    assert.equal(await result, "running");
    assert.deepEqual(told, ["the host did not start and is started once more: no port"]);
  });

  it("is not started a third time", async () => {
    await assert.rejects(starts(new Error("no port"), new Error("still none")).result, /still none/);
  });

  it("is not started again once it is up", async () => {
    const { told, result } = starts("running");
    assert.equal(await result, "running");
    assert.deepEqual(told, []);
  });
});
