import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { buildDiagram } from "./diagram.mjs";
import { createMarkdown, parseInfo, splitSections } from "./markdown.mjs";
import { programHtml, readProgram } from "./program.mjs";
import { buildQuestion } from "./quiz.mjs";

const FRONT = /^---\n([\s\S]*?)\n---\n/;

/**
 * Builds one folder of content/lessons: lesson.md, quiz.json, prelude.py (what its programs share), and NAME.svg with NAME.md for
 * each diagram.
 *
 * @returns {Promise<import("../../content/schema.ts").Page>}
 * @throws where the lesson breaks a law of content/schema.ts or the analyser gives a question no clear key
 */
export async function buildLesson(folder, { schema, highlight, terms, analyser }) {
  const source = await readFile(join(folder, "lesson.md"), "utf8");
  const front = FRONT.exec(source);
  if (!front) throw new Error("lesson.md begins with front matter between two lines of ---");
  const { id, title, idea, minutes } = schema.FrontMatter.parse(parseYaml(front[1]));
  const prelude = existsSync(join(folder, "prelude.py")) ? await readFile(join(folder, "prelude.py"), "utf8") : "";
  const quiz = schema.WrittenQuiz.parse(JSON.parse(await readFile(join(folder, "quiz.json"), "utf8")));
  const keys = await readKeys(folder, schema);

  const markdown = createMarkdown(highlight);
  const programs = [];
  const unplaced = new Map(quiz.questions.map((question) => [question.id, question]));

  function place(questionId) {
    const question = unplaced.get(questionId);
    if (!question) throw new Error(`question "${questionId}" is not in quiz.json, or is placed twice`);
    unplaced.delete(questionId);
    return {
      kind: "question",
      question: buildQuestion(question, { lesson: id, markdown, highlight, analyser, prelude, keys }),
    };
  }

  async function toBlocks(tokens, section) {
    const blocks = [];
    const addHtml = (html) => {
      const last = blocks.at(-1);
      if (last?.kind === "html") last.html += html;
      else blocks.push({ kind: "html", html });
    };
    for (let at = 0; at < tokens.length; at++) {
      const { language, words } = parseInfo(tokens[at].type === "fence" ? tokens[at].info : "");
      if (language === "quiz") {
        for (const name of tokens[at].content.split(/\s+/).filter(Boolean)) blocks.push(place(name));
      } else if (language === "diagram") {
        addHtml(await buildDiagram(folder, words[0], { lesson: id, markdown }));
      } else if (language === "py" && words.includes("run")) {
        const name = `${section}-${programs.filter((program) => program.id.startsWith(`${section}-`)).length + 1}`;
        const { program, badges, taken } = readProgram(name, tokens.slice(at), prelude);
        programs.push(program);
        addHtml(programHtml(program, badges, highlight));
        at += taken - 1;
      } else {
        // Rendering wants a token with all that it encloses: markdown-it nests by level, so take up to the next of level 0.
        let end = at + 1;
        while (end < tokens.length && tokens[end - 1].level + tokens[end - 1].nesting > tokens[at].level) end++;
        addHtml(markdown.renderTokens(tokens.slice(at, end)));
        at = end - 1;
      }
    }
    return blocks;
  }

  const sections = [];
  for (const section of splitSections(markdown, source.slice(front[0].length))) {
    sections.push({ id: section.id, title: section.title, blocks: await toBlocks(section.tokens, section.id) });
  }
  if (unplaced.size > 0) throw new Error(`the lesson places no ${[...unplaced.keys()].join(", ")}`);
  return schema.Page.parse({
    kind: "lesson",
    id,
    title,
    idea,
    minutes,
    sections,
    terms: markdown.usedTerms(terms),
    programs,
  });
}

/** What the lesson's `fix` questions print, by their ids. */
async function readKeys(folder, schema) {
  const file = join(folder, "keys.gen.json");
  return existsSync(file) ? schema.FixKeys.parse(JSON.parse(await readFile(file, "utf8"))).prints : {};
}
