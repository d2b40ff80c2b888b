import assert from "node:assert/strict";
import type { Service } from "../../server/src/service/index.ts";
import { Name } from "../../server/src/syntax/index.ts";
import { testService } from "../harness/analyser.ts";
import { testParser } from "../harness/parser.ts";
import { programs, put, serviceOf } from "./corpus.ts";

const head = "from sqlalchemy import select, text\nfrom sqlalchemy.orm import Session\n\ns: Session = Session()\n";
const legacy = "s.query(A).get(1)\n";
const uri = "file:///workspace/main.py";
const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join("");

/** Makes the service read all that other files can see of the text. */
const importer = "file:///workspace/importer.py";
const importing = `from sqlalchemy.orm import Session\nfrom main import *\nfrom main import a300, f0, q, s, x, y\n${legacy}q.query(x).get(y)\nf0().query(a300).get(1)\n`;

/** Asks everything that a host asks of a document, at its beginning, middle and end. */
function ask(service: Service, of: string): void {
  const text = service.document(of)?.text ?? "";
  for (const finding of service.findings(of)) {
    assert.ok(0 <= finding.span.start && finding.span.start <= finding.span.end && finding.span.end <= text.length);
  }
  const middle = text.length >> 1;
  for (const offset of [0, head.length + 3, middle, middle + 5, text.length - 3, text.length])
    service.label(of, offset);
  assert.ok(service.fixAll(of, { safety: "review" }));
}

const texts: readonly (readonly [what: string, text: string])[] = [
  ["10k nested parentheses", `${head}x = ${"(".repeat(10_000)}s${")".repeat(10_000)}.query(A).get(1)\n`],
  ["10k nested lists", `${head}x = ${"[".repeat(10_000)}s${"]".repeat(10_000)}\nx.query(A)\n`],
  ["10k nested tuple targets", `${head}${"(".repeat(10_000)}a${",)".repeat(10_000)} = s\na.query(A).get(1)\n`],
  ["3k nested calls", `${head}x = ${"select(".repeat(3000)}A${")".repeat(3000)}\n`],
  ["3k nested lambdas", `${head}x = ${"lambda y: ".repeat(3000)}s.query(A).get(y)\n`],
  ["3k nested conditions", `${head}x = ${"s if a else (".repeat(3000)}s${")".repeat(3000)}\nx.query(A).get(1)\n`],
  ["3k nots", `${head}x = ${"not ".repeat(3000)}s.query(A).get(1)\n`],
  ["300 nested blocks", `${head}${many(300, (i) => `${" ".repeat(i)}if a:\n`)}${" ".repeat(300)}${legacy}`],
  [
    "300 nested functions",
    `${head}${many(300, (i) => `${" ".repeat(i)}def f(s):\n`)}${" ".repeat(300)}return ${legacy}`,
  ],
  ["300 nested classes", `${head}${many(300, (i) => `${" ".repeat(i)}class A(A):\n`)}${" ".repeat(300)}x = ${legacy}`],
  ["a chain of 8k filters", `${head}x = s.query(A)${".filter(A.b == 1)".repeat(8000)}.all()\n`],
  ["a chain of 8k attributes", `${head}x = s${".a".repeat(8000)}.query(A).get(1)\n`],
  ["a chain of 8k subscripts", `${head}x = s${"[0]".repeat(8000)}.query(A).get(1)\n`],
  ["a sum of 20k terms", `${head}x = ${"a + ".repeat(20_000)}a\nselect([a] + x)\n`],
  ["a string of 10k parts", `${head}s.execute(${'"a" '.repeat(10_000)})\n`],
  ["an and of 5k terms", `${head}s.query(A).filter(${"A.b and ".repeat(5000)}A.c).all()\n`],
  ["an argument list of 6k", `${head}select([${"A.b, ".repeat(6000)}])\n`],
  ["20k unclosed parentheses", `${head}${legacy}${"(".repeat(20_000)}`],
  ["unclosed triple quotes", `${head}${legacy}x = """${"text\n".repeat(10_000)}`],
  ["unclosed f-string", `${head}${legacy}x = f"{s.query(A).get(${"{".repeat(3000)}\n`],
  ["a string of 200 KB on one line", `${head}s.execute("${"x".repeat(200_000)}")\n`],
  ["a comment of 200 KB", `${head}s.query(A).get(1)  #${" #".repeat(100_000)}\n`],
  ["a line of 200 KB of blanks", `${head}${" ".repeat(200_000)}\n${legacy}`],
  ["50 KB of backslashes", `${head}s.execute("${"\\".repeat(50_000)}")\n`],
  ["unclosed imports", `${head}${"from a import (\n".repeat(5000)}`],
  ["import names without end", `${head}from a import ${"b, ".repeat(8000)}c\n`],
  ["import dots without end", `${head}from ${".".repeat(5000)} import ${"a.".repeat(5000)}b\n${legacy}`],
  ["300 names, each the one before", `${head}a0 = s\n${many(300, (i) => `a${i + 1} = a${i}\n`)}a300.query(A).get(1)\n`],
  [
    "300 names, each the one behind",
    `${head}def f():\n    return a0\n${many(300, (i) => `a${i} = a${i + 1}\n`)}a300 = s\nf().query(A).get(1)\n`,
  ],
  [
    "300 reassignments of a name",
    `${head}q = s.query(A)\n${many(300, (i) => `if c${i}:\n    q = q.filter(A.b == ${i})\n`)}q.all()\n`,
  ],
  ["1k definitions of a name in a loop", `${head}while a:\n${many(1000, () => "    q = q.filter(q)\n")}q.get(1)\n`],
  [
    "two names in a circle",
    `${head}def f():\n    return g()\ndef g():\n    return f()\na = f()\na = b\nb = a\na.query(A).get(1)\n`,
  ],
  [
    "2k functions, each calling the next",
    `${head}${many(2000, (i) => `def f${i}():\n    return f${i + 1}()\n`)}f0().query(A).get(1)\n`,
  ],
  ["a class of its own base", `${head}class A(A, B): pass\nclass B(A): pass\nA.query.get(1)\n`],
  [
    "500 classes, each the base of the next",
    `from sqlalchemy.orm import declarative_base\nclass C0(declarative_base()): pass\n${many(500, (i) => `class C${i + 1}(C${i}):\n    c${i} = Column(1)\n`)}${head}s.query(C500).get(1)\n`,
  ],
  ["500 findings", `${head}${legacy.repeat(500)}`],
  [
    "a chain of 8k attributes of an import",
    `${head}from elsewhere import x\ny = x${".a".repeat(8000)}\ny.query(A).get(1)\n`,
  ],
  ["a list in a list, 3k times", `${head}q = [s]\n${"q = [q]\n".repeat(3000)}q[0].query(A).get(1)\n`],
  ["a pair of pairs, 60 times", `${head}q = (s, s)\n${"q = (q, q)\n".repeat(60)}q[0].query(A).get(1)\n`],
  [
    "calls of an import with their own results",
    `${head}from elsewhere import f\nq = f(s)\n${"q = f(q, a=q)\n".repeat(60)}q.query(A).get(1)\n`,
  ],
  [
    "1k functions, each returning the one before",
    `${head}def f0(): return s\n${many(1000, (i) => `def f${i + 1}(): return f${i}\n`)}f0().query(A).get(1)\n`,
  ],
  [
    "5k names of one import",
    `from sqlalchemy import (\n${many(5000, (i) => `    a${i},  # (${i})\n`)})\n${head}${legacy}`,
  ],
  ["lone surrogates", `${head}x = "\ud83d"\n\udc00 = 1\n${legacy}# \udbff\ns.execute("\udfff")\n`],
  ["NUL", `${head}x = "\0"\n\0\n${legacy}`],
  ["carriage returns alone", `${head}${legacy}`.replaceAll("\n", "\r")],
  ["mixed line ends", `${head}${legacy}`.replace("\n", "\r\n").replace("\n\n", "\n\r")],
  ["a byte order mark", `\ufeff${head}${legacy}s.execute("select 1")\n`],
  ["form feeds", `${head}\f\n\f${legacy}\f`],
  ["line separators", `${head}x = "\u2028\u2029\u0085"\u2028\n${legacy}`],
  ["names that normalise", `${head}\ufb01 = s\nﬁ.query(\u212b).get(1)\n\u{1d4b6} = 1\n`],
  [
    "names of every object",
    `${head}${["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"].map((name) => `${name} = s\n${name}.${name}.query(${name}).get(${name})\nfrom ${name} import ${name}\nclass ${name}(${name}):\n    ${name}: ${name}[${name}] = ${name}(${name}=1)\n    def ${name}(self, ${name}): self.${name} = ${name}\n`).join("")}`,
  ],
  ["nothing", ""],
];

/** Files that import one another in every unreasonable way. */
const workspaces: readonly (readonly [what: string, files: Readonly<Record<string, string>>])[] = [
  [
    "a module that imports itself",
    {
      main: `${head}import main\nfrom main import s as t, main\nfrom main import *\nt.query(main).get(1)\nmain.s.query(main.main).get(1)\n`,
    },
  ],
  [
    "two modules that import each other",
    {
      main: `${head}from other import t\nt.query(A).get(1)\n`,
      other: "from main import t, s\nimport main\nmain.t.query(main.other).get(1)\n",
    },
  ],
  [
    "two modules with all of each other's names",
    {
      main: `${head}from other import *\nt.query(A).get(1)\n`,
      other: "from main import *\nu.query(A).get(1)\nt = u\n",
    },
  ],
  [
    "models that are each other's bases",
    {
      main: `${head}from other import B\nclass A(B): pass\ns.query(A).get(1)\nA.query.get(1)\n`,
      other: "import sqlalchemy\nfrom main import A\nclass B(A): pass\nB.query.get(1)\n",
    },
  ],
  [
    "calls that answer each other",
    {
      main: `${head}from other import g\ndef f(): return g()\nx = f()\nx.query(A).get(1)\n`,
      other: "from main import f, x\ndef g(): return f()\ny = x.y\n",
    },
  ],
  [
    "a chain of 300 modules",
    Object.fromEntries([
      ["main", "from m0 import s\ns.query(A).get(1)\n"],
      ...Array.from({ length: 300 }, (_, i) => [`m${i}`, `from m${i + 1} import *\nfrom m${i + 1} import s\n`]),
      ["m300", head],
    ]),
  ],
  [
    "500 classes in 500 modules, each the base of the next",
    Object.fromEntries([
      ["main", `${head}from m0 import C0\ns.query(C0).get(1)\nC0.query.get(1)\n`],
      ...Array.from({ length: 500 }, (_, i) => [
        `m${i}`,
        `from m${i + 1} import C${i + 1}\nclass C${i}(C${i + 1}): pass\n`,
      ]),
      ["m500", "from sqlalchemy.orm import DeclarativeBase\nclass C500(DeclarativeBase): pass\n"],
    ]),
  ],
  [
    "names of every object",
    {
      main: "from __proto__ import __proto__, constructor\nfrom sqlalchemy.orm import Session\n__proto__.query(constructor).get(1)\n",
      __proto__: `${head}__proto__ = s\nclass constructor(__proto__): pass\n`,
      constructor: "from main import toString\n",
    },
  ],
];

describe("robustness: hostile input", () => {
  for (const [what, text] of texts) {
    it(what, async () => {
      const service = await testService();
      put(service, uri, text);
      ask(service, uri);
      put(service, importer, importing);
      ask(service, importer);
      put(service, uri, `${text}\n`, 2);
      ask(service, importer);
      put(service, uri, `${head}${legacy}`, 3);
      assert.equal(service.findings(uri).length, 1, "the service still works");
      service.dispose();
    });
  }

  for (const [what, files] of workspaces) {
    it(what, async () => {
      const service = await testService();
      const uris = Object.keys(files).map((name) => `file:///workspace/${name}.py`);
      Object.values(files).forEach((text, index) => {
        put(service, uris[index] ?? "", text);
      });
      for (const each of [...uris.slice(0, 3), ...uris.slice(-3)]) ask(service, each);
      put(service, uri, `${head}${legacy}`, 2);
      assert.equal(service.findings(uri).length, 1, "the service still works");
      service.dispose();
    });
  }

  it("every name of every program has a label, or none", async () => {
    const parser = await testParser();
    let labels = 0;
    for (const program of programs) {
      const service = await serviceOf(program);
      for (const { uri, text } of program.files) {
        for (const node of parser.parse(uri, 1, text).walk()) {
          if (node instanceof Name && service.label(uri, node.start)) labels++;
        }
      }
      service.dispose();
    }
    assert.ok(labels > 2000, `only ${labels} labels`);
  });
});
