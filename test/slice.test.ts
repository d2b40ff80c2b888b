import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { oracle } from "../scripts/oracle.mjs";
import type { Slice } from "../server/src/slice/index.ts";
import { testService } from "./harness/analyser.ts";
import { root } from "./harness/parser.ts";

/** One line of a document, marked `# <-`, with the files around it and what is to come of it. */
interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly offset: number;
  readonly uri: string;
  /** Runs the original, whose statements are the truth. */
  readonly call: string | null;
  readonly sql: string | undefined;
  /** The release whose text `sql` is; "" for every one. */
  readonly release: string;
  readonly refused: string | undefined;
}

interface Outcome {
  readonly printed: string;
  readonly sqlite: string;
  readonly sent: readonly string[];
  readonly error: string | null;
}

const folder = join(root, "test/slice");
const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => casesIn(name));

describe("slices", () => {
  const slices = new Map<Case, Slice | undefined>();

  before(async () => {
    for (const each of cases) {
      const service = await testService();
      for (const [path, text] of Object.entries(each.files)) {
        service.apply([{ kind: "set", uri: `file:///w/${path}`, version: 0, text, open: false }]);
      }
      slices.set(each, service.slice(each.uri, each.offset));
      service.dispose();
    }
  });

  for (const each of cases.filter(({ refused }) => refused !== undefined)) {
    it(`are refused: ${each.name}`, () => {
      assert.deepEqual(slices.get(each), { kind: "refused", why: each.refused });
    });
  }

  it("say what was left out, and what each parameter stands for", () => {
    const told = (path: string) => {
      const slice = [...slices].find(([{ uri }]) => uri.endsWith(`/${path}`))?.[1];
      return slice?.kind === "program" ? [slice.parameters, slice.notes] : undefined;
    };
    assert.deepEqual(told("more.py"), [
      [{ name: "title", text: 'f"%{title}%"' }],
      ["Line 8 may change `stmt`, and is left out."],
    ]);
    assert.deepEqual(told("dozens.py")?.[1], [
      "What `*criteria` adds only shows when your program runs, and is left out.",
      "What `**options` adds only shows when your program runs, and is left out.",
    ]);
  });

  for (const release of ["2.0-libs", "2.1"]) {
    describe(`on SQLAlchemy ${release}`, () => {
      const outcomes = new Map<Case, Outcome>();
      const shown = cases.filter(({ sql }) => sql !== undefined);

      before(async () => {
        const { run } = await oracle(release);
        const input = shown.map((each) => {
          const slice = slices.get(each);
          const hasLibrary = Object.values(each.files).some((text) => /sqlmodel|flask/.test(text));
          return {
            program: slice?.kind === "program" ? `${slice.setup}\n\n${slice.code}` : "",
            files: each.files,
            call: hasLibrary && release === "2.1" ? null : each.call,
          };
        });
        const { code, stdout, stderr } = await run(join(folder, "run_slices.py"), { input: JSON.stringify(input) });
        assert.equal(code, 0, stderr);
        const found: Outcome[] = JSON.parse(stdout);
        for (const [at, each] of shown.entries()) outcomes.set(each, found[at] as Outcome);
      });

      it("say of a parameter what is known: a key by its name, and nothing of what has no value", () => {
        const printed = (path: string) =>
          [...outcomes].find(([{ uri }]) => uri.endsWith(`/${path}`))?.[1].printed ?? "";
        assert.match(printed("one.py"), /:pk_1\n\{'pk_1': 'key'\}\n$/);
        assert.match(printed("more.py"), /:title/);
        assert.doesNotMatch(printed("more.py"), /None/);
      });

      for (const each of shown) {
        it(each.name, () => {
          const slice = slices.get(each);
          assert.equal(slice?.kind, "program", JSON.stringify(slice));
          const { printed, sqlite, sent, error } = outcomes.get(each) ?? {};
          assert.equal(error, null, `${error}\n${slice?.kind === "program" && slice.setup + slice.code}`);
          if (each.release === "" || each.release === release) {
            assert.equal(sqlOf(printed ?? ""), oneLine(each.sql ?? ""));
          }
          // The statement is among those that the original sends: the same text, but for lists, whose length is the program's.
          if (sent && sent.length > 0)
            assert.ok(sent.map(comparable).includes(comparable(sqlOf(sqlite ?? ""))), sent.join("\n"));
        });
      }
    });
  }
});

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Without the line of parameters that follows. */
const sqlOf = (printed: string): string => oneLine(printed.replace(/\n\{.*\}\n$/s, ""));

const comparable = (sql: string): string => oneLine(sql).replace(/IN \([^()]*(\([^()]*\))?[^()]*\)/g, "IN (…)");

function casesIn(name: string): readonly Case[] {
  const found: Case[] = [];
  let about = "";
  let files: Record<string, string> = {};
  let call: string | null = null;
  const blocks = readFileSync(join(folder, name), "utf8").split(/^```$/m);
  for (const block of blocks) {
    const [, prose = "", kind = "", info = "", code = ""] =
      /^([\s\S]*?)^```(\w+) ?(\S*)\n([\s\S]*)$/m.exec(block) ?? [];
    if (prose.trim() !== "") about = prose.trim().split("\n").at(-1) ?? "";
    if (kind === "py" && info === "call") call = code;
    else if (kind === "py") files = { ...files, [info]: code };
    else if (kind !== "") {
      const [path = "", text = ""] = Object.entries(files).findLast(([, source]) => source.includes("# <-")) ?? [];
      const line = text.split("\n").find((each) => each.includes("# <-")) ?? "";
      const at =
        text.indexOf(line) +
        (/\b(select|query|insert|update|text|get|Publisher|stmt|scalars)\b/.exec(line)?.index ?? 0);
      found.push({
        name: `${name.slice(0, -3)}: ${about} (${path})`,
        files,
        offset: at + 1,
        uri: `file:///w/${path}`,
        call,
        sql: kind === "sql" ? code : undefined,
        release: info,
        refused: kind === "text" ? code.trim() : undefined,
      });
      files = Object.fromEntries(Object.entries(files).map(([key, source]) => [key, source.replace(/ {2}# <-/, "")]));
      call = null;
    }
  }
  return found;
}
