/**
 * The keys of `fix` questions: what their code has always printed, found by running it. `node scripts/quiz_keys.mjs [--check]`
 *
 * It is run on SQLAlchemy 1.4, the release it was written for; where its models need 2.0, on 2.0; and where it raises there, it is
 * the analyser's own fix (or the author's solution) that is run.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fixedBy, toText } from "./content/quiz.mjs";
import { oracle } from "./oracle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lessons = join(root, "content/lessons");
const { createAnalyser } = (await import(pathToFileURL(join(root, "out/analyser.cjs")).href)).default;
const analyser = await createAnalyser(root);

const asked = readdirSync(lessons).flatMap((lesson) => questionsOf(join(lessons, lesson)));
const printed = await firstThatPrints([
  ["1.4", ({ setup, code }) => ({ setup, code })],
  ["2.0", ({ setup, code }) => ({ setup, code })],
  ["2.0", ({ setup, code, solution }) => ({ setup, code: solution ?? fixedBy(analyser, setup, code) })],
]);
for (const folder of new Set(asked.map((question) => question.folder))) {
  const prints = asked.filter((question) => question.folder === folder).map(({ id }) => [id, printed.get(id)]);
  keep(join(folder, "keys.gen.json"), {
    generated: "by `npm run quiz-keys` from quiz.json",
    prints: Object.fromEntries(prints),
  });
}
analyser.dispose();

function questionsOf(folder) {
  if (!existsSync(join(folder, "quiz.json"))) return [];
  const prelude = join(folder, "prelude.py");
  const { questions } = JSON.parse(readFileSync(join(folder, "quiz.json"), "utf8"));
  return questions
    .filter(({ form }) => form === "fix")
    .map(({ id, setup, code, solution }) => ({
      folder,
      id,
      setup: setup ? toText(setup) : existsSync(prelude) ? readFileSync(prelude, "utf8") : "",
      code: toText(code),
      solution: solution && toText(solution),
    }));
}

/** @returns {Promise<Map<string, string>>} by question; throws where a question prints on no release */
async function firstThatPrints(tries) {
  const found = new Map();
  for (const [release, toProgram] of tries) {
    const open = asked.filter(({ id }) => !found.has(id));
    const real = await oracle(release);
    const input = JSON.stringify(open.map(toProgram));
    const { code, stdout, stderr } = await real.run(join(root, "test/lessons/run_programs.py"), { input });
    if (code !== 0) throw new Error(stderr);
    for (const [at, { raised, printed: text }] of JSON.parse(stdout).entries()) {
      if (raised === null && text !== "") found.set(open[at].id, text);
    }
  }
  const silent = asked.filter(({ id }) => !found.has(id)).map(({ id }) => id);
  if (silent.length > 0) throw new Error(`these print nothing anywhere: ${silent.join(", ")}`);
  return found;
}

function keep(path, keys) {
  const wanted = `${JSON.stringify(keys, null, 2)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) return;
  if (process.argv.includes("--check")) {
    console.error(`${path.slice(root.length + 1)} is stale: run \`npm run quiz-keys\``);
    process.exit(1);
  }
  writeFileSync(path, wanted);
}
