/** What the tests bundle with `fake_vscode.ts` in the place of `vscode`. */
export { createGuide } from "../../client/src/tour/guide.ts";
export { stopNote } from "../../client/src/tour/note.ts";
export * as fake from "./fake_vscode.ts";
