import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { questionsOf } from "../../content/answers.ts";
import type { Page, WrittenQuiz } from "../../content/schema.ts";
import { root } from "./root.ts";

interface Source {
  readonly setup: string;
  readonly code: string;
}

/** What a program did: its error, its output, its SQL with the parameters of each statement, its SQL without. */
interface Ran {
  readonly raised: string | null;
  readonly printed: string;
  readonly emitted: string;
  readonly statements: string;
}

interface Case {
  readonly title: string;
  readonly source: Source;
  check(ran: Ran | undefined, release: string): void;
}

const cases = [...programCases(), ...questionCases(), ...listingCases()];

describe("the keys of exercises", () => {
  it("are fresh", () => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/quiz_keys.mjs", "--check"], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });
});

for (const release of ["2.0", "2.1"]) {
  describe(`what lessons say of SQLAlchemy ${release}`, () => {
    let ran: readonly Ran[] = [];

    before(async () => {
      const { oracle } = await import(pathToFileURL(join(root, "scripts/oracle.mjs")).href);
      const real = await oracle(release);
      assert.ok(real.version.startsWith(`${release}.`));
      const input = JSON.stringify(cases.map(({ source }) => source));
      const { code, stdout, stderr } = await real.run(join(root, "test/lessons/run_programs.py"), { input });
      assert.equal(code, 0, stderr);
      ran = JSON.parse(stdout);
    });

    for (const [at, { title, check }] of cases.entries()) {
      it(title, () => {
        assert.equal(ran[at]?.raised, null);
        check(ran[at], release);
      });
    }
  });
}

function programCases(): Case[] {
  const folder = join(root, "dist/content/lessons");
  const lessons = readdirSync(folder).map((file): Page => JSON.parse(readFileSync(join(folder, file), "utf8")));
  const exercises = lessons.flatMap((page) =>
    questionsOf(page).flatMap((question) => {
      if (question.form !== "fix") return [];
      const { id, setup, solution, prints } = question;
      return {
        title: `${page.id}: the solution of ${id} prints what its code has always printed`,
        source: { setup, code: solution.code },
        check(ran: Ran | undefined) {
          assert.equal(ran?.printed, prints);
        },
      };
    }),
  );
  const programs = lessons.flatMap(({ id, programs }) =>
    programs.map(({ id: name, title, setup, code, prints, emits }) => ({
      title: `${id}: "${title}" (${name}) prints and sends what the lesson says`,
      source: { setup, code },
      check(ran: Ran | undefined, release: string) {
        const said = emits.find(({ releases }) => releases.length === 0 || releases.includes(release));
        assert.equal(ran?.printed, prints);
        assert.equal(ran?.emitted, said?.sql ?? "");
      },
    })),
  );
  return [...programs, ...exercises];
}

/** What is only shown is at least Python. */
function listingCases(): Case[] {
  const folder = join(root, "content/lessons");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
  return files.flatMap((file) => {
    const fences = [...readFileSync(join(folder, file), "utf8").matchAll(/^```py\b.*\n([\s\S]*?)^```$/gm)];
    return fences.map(([, listing = ""], at) => ({
      title: `${file}: listing ${at + 1} is Python`,
      source: { setup: "", code: `compile(${JSON.stringify(listing)}, "listing.py", "exec")\nprint("compiled")` },
      check(ran: Ran | undefined) {
        assert.equal(ran?.printed, "compiled\n");
      },
    }));
  });
}

function questionCases(): Case[] {
  const folder = join(root, "content/lessons");
  return readdirSync(folder).flatMap((lesson) => {
    const quiz = join(folder, lesson, "quiz.json");
    const prelude = join(folder, lesson, "prelude.py");
    if (!existsSync(quiz)) return [];
    const { questions }: WrittenQuiz = JSON.parse(readFileSync(quiz, "utf8"));
    return questions.flatMap((question) => {
      if (question.form !== "sql") return [];
      const setup = `${existsSync(prelude) ? readFileSync(prelude, "utf8") : ""}\n${question.given}`;
      return {
        title: `${lesson}: question ${question.id}: what is sent is the choice that is said to be right`,
        source: { setup, code: question.code.join("\n") },
        check(ran: Ran | undefined) {
          assert.equal(ran?.statements, question.choices.find(({ id }) => id === question.answer)?.sql);
        },
      };
    });
  });
}
