import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { root } from "./root.ts";

/** What a learner downloads before the first word of a lesson, compressed; what runs programs is loaded when one is run. */
const LIMITS = { js: 20 * 1024, css: 6 * 1024 };

describe("the lesson page's bundle", () => {
  let built: esbuild.BuildResult<{ write: false; metafile: true }>;
  before(async () => {
    built = await esbuild.build({
      absWorkingDir: root,
      entryPoints: ["client/webview/main.ts", "client/webview/main.css"],
      outdir: "out/webview",
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      platform: "browser",
      format: "iife",
      target: "es2023",
    });
  });

  for (const [kind, limit] of Object.entries(LIMITS)) {
    it(`is at most ${limit / 1024} KB of ${kind}, compressed`, () => {
      const files = built.outputFiles.filter(({ path }) => path.endsWith(`.${kind}`));
      const size = files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
      assert.ok(size > 0 && size <= limit, `${size} bytes`);
    });
  }

  it("holds the page, the messages, the content's shapes and zod, and nothing else", () => {
    const allowed =
      /^(client\/webview\/[a-z_]+\.(ts|css)|client\/src\/lessons\/messages\.ts|content\/schema\.ts|node_modules\/zod\/.*)$/;
    assert.deepEqual(
      Object.keys(built.metafile.inputs).filter((path) => !allowed.test(path)),
      [],
    );
  });

  it("compiles no code from strings, which the panel's policy forbids", () => {
    const script = built.outputFiles.find(({ path }) => path.endsWith(".js"))?.text ?? "";
    assert.doesNotMatch(script, /\beval\(/);
  });
});
