import assert from "node:assert/strict";
import fc from "fast-check";
import type { Service } from "../../server/src/service/index.ts";
import { testService } from "../harness/analyser.ts";
import { put } from "./corpus.ts";

const modules = ["a", "b", "c"] as const;
const uriOf = (module: string): string => `file:///workspace/${module}.py`;

/** Lines in which N is any of five names and M any module: imports, calls and bases run in circles soon. */
const lines = [
  "from M import N",
  "from M import N as N",
  "from M import *",
  "import M",
  "from sqlalchemy.orm import Session as N, declarative_base, sessionmaker",
  "N = N",
  "N = N.N",
  "N = M.N",
  "N = N(N)",
  "N = N(N, N=N.N)",
  "N = N[0]",
  "N = (N, N)",
  "N, N = N",
  "N = [N]",
  "N = N if N else N",
  "N: N = N(N)",
  "N = sessionmaker()",
  "def N(): return N",
  "def N(N): return N(N)",
  "def N(N: N) -> N: return N.N",
  "def N(): return N().N",
  "def N(): yield N()",
  "async def N(): return await N()",
  "class N(N): N = N",
  "class N(N, N):\n    def N(self): self.N = N; return self.N",
  "class N(N):\n    @property\n    def N(self): return self.N.N()",
  "class N(declarative_base()): N = N",
  "N = lambda N: N(N)",
  "with N() as N: N.query(N).get(1)",
  "for N in N: N.add(N)",
  "n0.query(N).get(N)",
  "N.query(N).get(N)",
  "N.query(N).filter(N.N == N).all()",
  "def N(session): return session.query(N.N).get(N)",
];

/** The findings, but for their reasons: of a circle, those depend on where it is entered. */
const told = (service: Service, module: string) =>
  service.findings(uriOf(module)).map(({ because: _, ...rest }) => rest);

const line = fc.tuple(
  fc.constantFrom(...lines),
  fc.array(fc.nat(4), { minLength: 6, maxLength: 6 }),
  fc.constantFrom(...modules),
);
const text = fc.array(line, { minLength: 1, maxLength: 9 }).map((all) =>
  ["from sqlalchemy.orm import Session", "n0: Session"]
    .concat(
      all.map(([template, names, module]) => {
        let next = 0;
        return template.replaceAll(/\bN\b/g, () => `n${names[next++ % names.length]}`).replaceAll(/\bM\b/g, module);
      }),
    )
    .join("\n")
    .concat("\n"),
);

describe("robustness: files that rest on one another", () => {
  it("are analysed to an end, and a change to one reaches the others", async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(text, text, text), fc.constantFrom(...modules), text, async (texts, changed, next) => {
        const service = await testService();
        const findings = () => modules.map((module) => told(service, module));
        for (const [index, module] of modules.entries()) put(service, uriOf(module), texts[index] ?? "");
        for (const module of modules) {
          const length = service.document(uriOf(module))?.text.length ?? 0;
          for (let offset = 0; offset <= length; offset += 7) service.label(uriOf(module), offset);
          service.fixAll(uriOf(module), { safety: "review" });
        }
        findings();
        put(service, uriOf(changed), next, 2);
        const now = findings();
        found += now.flat().length;
        const fresh = await testService();
        for (const module of modules) put(fresh, uriOf(module), service.document(uriOf(module))?.text ?? "");
        assert.deepEqual(
          now,
          modules.map((module) => told(fresh, module)),
        );
        service.dispose();
        fresh.dispose();
      }),
      { numRuns: 150, seed: 1906, endOnFailure: true },
    );
    assert.ok(found > 80, `only ${found} findings`);
  });

  it("are analysed to an end where there are more ways through them than anyone can go", async () => {
    const service = await testService();
    const depth = 40;
    // Each function gives what either of two of the other file gives: a million million ways from the first to the last.
    const web = (other: string): string =>
      [
        `import ${other}`,
        ...Array.from({ length: depth }, (_, index) =>
          ["left", "right"].map((side) => {
            const next = (name: string): string => `${other}.${name}${index + 1}(x).of`;
            return `def ${side}${index}(x):\n    return ${next(side)} if x else ${next(side === "left" ? "right" : "left")}`;
          }),
        ).flat(),
        `def left${depth}(x):\n    return x`,
        `def right${depth}(x):\n    return x`,
      ].join("\n\n");
    put(service, uriOf("a"), `from sqlalchemy.orm import Session\n${web("b")}`);
    put(service, uriOf("b"), `from sqlalchemy.orm import Session\n${web("a")}`);
    put(
      service,
      uriOf("c"),
      "import a\nfrom sqlalchemy.orm import Session\nfrom models import Author\n\ndef run(x, session: Session):\n" +
        "    a.left0(x).query(1).get(2)\n    return session.query(Author).get(x)\n",
    );
    assert.deepEqual(
      service.findings(uriOf("c")).map(({ rule }) => rule),
      ["query-get"],
    );
    service.dispose();
  });
});
