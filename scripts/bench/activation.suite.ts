import * as vscode from "vscode";

/** How long an extension's `activate` takes, in milliseconds; nothing has started it before. */
async function activation(id: string): Promise<number> {
  const extension = vscode.extensions.getExtension(id);
  if (!extension) throw new Error(`${id} is not installed`);
  const started = performance.now();
  await extension.activate();
  return performance.now() - started;
}

describe("activation", () => {
  it("of ours beside that of the built-in language features for CSS", async () => {
    const reference = await activation("vscode.css-language-features");
    const ours = await activation("sqlalchemy-coach.sqlalchemy-coach");
    console.log(`bench ${JSON.stringify({ ours, reference })}`);
  });
});
