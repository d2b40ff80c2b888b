import { Uri, workspace } from "vscode";
import type * as z from "zod/mini";
import { questionsOf } from "../../../content/answers.ts";
import { Index, type Page, Page as PageShape, type Question, SearchIndex } from "../../../content/schema.ts";
import { parse } from "./messages.ts";

export interface Content {
  readonly index: Index;
  /** A lesson's or a rule's page; rejects where there is none of that id. */
  page(kind: "lesson" | "rule", id: string): Promise<Page>;
  question(lesson: string, question: string): Promise<Question | undefined>;
  /** Read anew at each call: it is wanted seldom. */
  searchIndex(): Promise<SearchIndex>;
}

/**
 * The built lessons in `folder` (dist/content), read through VS Code's file system, so that it works wherever the extension is.
 *
 * @throws when index.json is missing or of another shape: the package is broken
 */
export async function readContent(folder: Uri): Promise<Content> {
  const pages = new Map<string, Promise<Page>>();
  const index = await readAs(Index, Uri.joinPath(folder, "index.json"));

  function page(kind: "lesson" | "rule", id: string): Promise<Page> {
    const known = kind === "lesson" ? index.lessons : index.rules;
    if (!known.some((entry) => entry.id === id)) return Promise.reject(new Error(`There is no ${kind} "${id}".`));
    const path = `${kind}s/${id}.json`;
    const found = pages.get(path) ?? readAs(PageShape, Uri.joinPath(folder, path));
    pages.set(path, found);
    // A read that failed may succeed the next time.
    found.catch(() => pages.delete(path));
    return found;
  }

  return {
    index,
    page,
    searchIndex: () => readAs(SearchIndex, Uri.joinPath(folder, "search.json")),
    question: async (lesson, id) => questionsOf(await page("lesson", lesson)).find((question) => question.id === id),
  };
}

async function readAs<T extends z.ZodMiniType>(shape: T, uri: Uri): Promise<z.infer<T>> {
  const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
  const value = parse(shape, JSON.parse(text));
  if (value === undefined) throw new Error(`${uri.path} is not what this version of SQLAlchemy Coach expects.`);
  return value;
}
