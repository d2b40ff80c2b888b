import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { root } from "./root.ts";

/**
 * What a learner downloads before the first word of a lesson, scripts and styles together. What can be done on it, and what runs programs,
 * comes later.
 */
const LIMIT = 20 * 1024;

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

  it("is at most 20 KB, compressed", () => {
    const size = built.outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
    assert.ok(size > 0 && size <= LIMIT, `${size} bytes`);
  });

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
