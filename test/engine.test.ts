import assert from "node:assert/strict";
import { type Rule, rewrite, rule } from "../server/src/engine/index.ts";
import { createService, defaultConfig, type RuleEntry, type Service } from "../server/src/service/index.ts";
import { testParser } from "./harness/parser.ts";

const uri = "file:///workspace/main.py";
const about = {
  title: "Say what to do",
  lesson: "core-vs-orm",
  doc: "https://docs.sqlalchemy.org/",
  effects: { "2.0": "legacy" },
  examples: [],
} as const;

const faults: string[] = [];
async function serviceOf(...rules: Rule[]): Promise<Service> {
  const entries: RuleEntry[] = rules.map((each) => ({ family: "test", rule: each }));
  const log = { fault: (message: string) => void faults.push(message) };
  const service = createService({ parser: await testParser(), rules: entries, log });
  service.configure(defaultConfig);
  return service;
}

function set(service: Service, text: string): void {
  service.apply([{ kind: "set", uri, version: 1, text, open: true }]);
}

const getToGet = rewrite({
  ...about,
  id: "get",
  on: "sqlalchemy.orm.Query.get",
  from: "session.query(Entity).get(key)",
  to: "session.get(Entity, key)",
  where: { session: "sqlalchemy.orm.Session", Entity: "any", key: "any" },
});

const throwing = rule({
  ...about,
  id: "throwing",
  on: { call: ["sqlalchemy.orm.Session.query"] },
  check() {
    throw new TypeError("a bug");
  },
});

const newer = rule({
  ...about,
  id: "newer",
  on: { call: ["sqlalchemy.Column"] },
  check: (call) => ({
    at: call,
    fix: {
      title: "Write it anew",
      safety: "safe",
      needs: "2.0",
      edits: [{ span: call.callee, text: "mapped_column" }],
    },
  }),
});

describe("a fix that writes what older releases have not", () => {
  for (const [installed, safety] of [
    ["1.4", "review"],
    ["2.0", "safe"],
    ["2.1", "safe"],
    [undefined, "safe"],
  ] as const) {
    it(`is ${safety} for a project that names ${installed ?? "no release"}`, async () => {
      const service = await serviceOf(newer);
      service.configure({ ...defaultConfig, ...(installed && { installed }) });
      set(service, "from sqlalchemy import Column\nid = Column()\n");
      const [finding] = service.findings(uri);
      assert.equal(finding?.safety, safety);
      assert.match(
        finding?.conditions.join() ?? "",
        safety === "safe" ? /^$/ : /runs on SQLAlchemy 2\.0 or newer: 1\.4/,
      );
    });
  }
});

describe("engine", () => {
  it("rewrites by pattern, and leaves what is around the holes alone", async () => {
    const service = await serviceOf(getToGet);
    set(service, "from sqlalchemy.orm import Session\ndef f(s: Session):\n    return s.query(A).get((1, 2))  # pair\n");
    assert.equal(
      service.fixAll(uri, { safety: "safe" })?.text,
      "from sqlalchemy.orm import Session\ndef f(s: Session):\n    return s.get(A, (1, 2))  # pair\n",
    );
    service.dispose();
  });

  it("refuses a pattern that loses a hole", () => {
    assert.throws(() =>
      rewrite({
        ...about,
        id: "lossy",
        on: "sqlalchemy.orm.Query.get",
        from: "session.query(Entity).get(key)",
        to: "session.get(Entity)",
        where: { session: "any", Entity: "any", key: "any" },
      }),
    );
  });

  it("lowers a fix to review where the receiver is only likely", async () => {
    const service = await serviceOf(getToGet);
    set(service, "from sqlalchemy import select\ndef f(session):\n    return session.query(A).get(1)\n");
    const [finding] = service.findings(uri);
    assert.equal(finding?.certainty, "likely");
    assert.equal(finding?.safety, "review");
    assert.equal(finding?.conditions.length, 1);
    service.dispose();
  });

  it("offers no edit that would drop a comment, and says so", async () => {
    const service = await serviceOf(getToGet);
    set(service, "from sqlalchemy.orm import Session\nSession().query(A  # why\n).get(1)\n");
    const [finding] = service.findings(uri);
    assert.equal(finding?.safety, "explain");
    assert.equal(finding?.fix, undefined);
    assert.match(finding?.conditions[0] ?? "", /comment/);
    service.dispose();
  });

  it("contains a rule that throws: the others go on, and it is told once, without the text", async () => {
    faults.length = 0;
    const service = await serviceOf(throwing, getToGet);
    set(
      service,
      "from sqlalchemy.orm import Session\nSession().query(Secret).get(1)\nSession().query(Secret).get(2)\n",
    );
    assert.deepEqual(
      service.findings(uri).map((finding) => finding.rule),
      ["get", "get"],
    );
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? "", /rule throwing failed at .* offset \d+: TypeError: a bug/);
    assert.doesNotMatch(faults[0] ?? "", /Secret/);
    service.dispose();
  });

  for (const [what, line, silenced] of [
    ["its own comment with the rule", "# sqla: ignore[get]", true],
    ["its own comment for everything", "# sqla: ignore", true],
    ["several rules in one comment", "# sqla: ignore[other, get]", true],
    ["noqa with the rule", "# noqa: get", true],
    ["noqa alone", "# noqa", true],
    ["another rule", "# sqla: ignore[other]", false],
    ["a code of another linter", "# noqa: E501", false],
    ["an empty list", "# sqla: ignore[]", false],
  ] as const) {
    it(`suppression: ${what}`, async () => {
      const service = await serviceOf(getToGet);
      set(service, `from sqlalchemy.orm import Session\nSession().query(A).get(1)  ${line}\n`);
      assert.equal(service.findings(uri).length, silenced ? 0 : 1);
      service.dispose();
    });
  }

  it("suppression: a comment on a line of its own is for the next; one for the file is for all", async () => {
    const service = await serviceOf(getToGet);
    const code = "from sqlalchemy.orm import Session\n";
    set(service, `${code}# sqla: ignore[get]\nSession().query(A).get(1)\nSession().query(A).get(2)\n`);
    assert.equal(service.findings(uri).length, 1);
    set(service, `# sqla: ignore-file[get]\n${code}Session().query(A).get(1)\nSession().query(A).get(2)\n`);
    assert.equal(service.findings(uri).length, 0);
    service.dispose();
  });

  it("suppresses where it is asked to, also in a list that is there and around a string of many lines", async () => {
    const service = await serviceOf(getToGet);
    for (const body of [
      "Session().query(A).get(1)\n",
      "Session().query(A).get(1)",
      "Session().query(A).get(1)  # sqla: ignore[other]\n",
      'Session().query(A).get("""one\ntwo""")\n',
      "x = \\\n  Session().query(A).get(1)\n",
    ]) {
      const text = `from sqlalchemy.orm import Session\r\n${body}`;
      set(service, text);
      const [finding] = service.findings(uri);
      assert.ok(finding, body);
      const [edit] = service.suppression(uri, finding)?.edits ?? [];
      assert.ok(edit);
      set(service, text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end));
      assert.deepEqual(service.findings(uri), [], body);
      service.dispose();
    }
  });

  it("ends where two rewrites undo each other", async () => {
    const there = rewrite({
      ...about,
      id: "there",
      on: "sqlalchemy.orm.Session.add",
      from: "s.add(x)",
      to: "s.merge(x)",
      where: { s: "any", x: "any" },
    });
    const back = rewrite({
      ...about,
      id: "back",
      on: "sqlalchemy.orm.Session.merge",
      from: "s.merge(x)",
      to: "s.add(x)",
      where: { s: "any", x: "any" },
    });
    const service = await serviceOf(there, back);
    set(service, "from sqlalchemy.orm import Session\nSession().add(1)\n");
    assert.match(service.fixAll(uri, { safety: "safe" })?.text ?? "", /Session\(\)\.(add|merge)\(1\)/);
    service.dispose();
  });
});

describe("service", () => {
  it("keeps the findings of a file while what it rests on means the same", async () => {
    const service = await serviceOf(getToGet);
    const db = "file:///workspace/db.py";
    const put = (where: string, version: number, text: string): void =>
      service.apply([{ kind: "set", uri: where, version, text, open: true }]);
    put(db, 1, "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker()\n");
    put(uri, 1, "from db import make\nmake().query(A).get(1)\n");
    const before = service.findings(uri);
    assert.equal(before.length, 1);
    put(db, 2, "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker()\n\nfor x in y:\n    print(x)\n");
    assert.equal(service.findings(uri), before, "a loop changes nothing for others");
    put(db, 3, "from sqlalchemy.orm import sessionmaker\n\n# a comment\nmake = sessionmaker()\n");
    const [moved] = service.findings(uri);
    assert.equal(moved?.fix, before[0]?.fix, "nor does a comment");
    assert.equal(moved?.because.find(({ at }) => at?.uri === db)?.at?.line, 4, "but where the reason stands");
    put(db, 4, "def make(): ...\n");
    assert.deepEqual(service.findings(uri), []);
    put(db, 5, "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker()\n");
    assert.equal(service.findings(uri).length, 1);
    service.apply([{ kind: "remove", uri: db }]);
    assert.deepEqual(service.findings(uri), []);
    service.dispose();
  });

  it("answers nothing about what it was never told of", async () => {
    const service = await serviceOf(getToGet);
    assert.deepEqual(service.findings("file:///elsewhere.py"), []);
    assert.equal(service.label("file:///elsewhere.py", 3), undefined);
    assert.equal(service.fixAll("file:///elsewhere.py", { safety: "safe" }), undefined);
    service.dispose();
  });
});
