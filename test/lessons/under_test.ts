/** What the harness bundles with `fake_vscode.ts` in the place of `vscode`. */
export { createLessons } from "../../client/src/lessons/index.ts";
export * as fake from "./fake_vscode.ts";
