import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../host/project.ts";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

/** The English sentences that a folder's sources hand to a translator, whose names the pattern lists. */
function sentencesIn(folder: string, translators: string): Set<string> {
  const call = new RegExp(`(?:${translators})\\(\\s*"((?:[^"\\\\]|\\\\.)*)"`, "g");
  const files = readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" });
  return new Set(
    files
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [...read(join(folder, file)).matchAll(call)].map(([, text]) => JSON.parse(`"${text}"`))),
  );
}

describe("the sentences that a person sees", () => {
  it("are all in the bundle that translators start from, and nothing else is", () => {
    const client = sentencesIn("client/src", "\\bl10n\\.t");
    const server = sentencesIn("server/src/lsp", "\\btranslate|\\bt");
    const bundle = Object.keys(JSON.parse(read("l10n/bundle.l10n.json")));
    assert.deepEqual(bundle, [...new Set([...client, ...server])].sort());
  });

  it("of package.json are all in package.nls.json, and nothing else is", () => {
    const used = new Set([...read("package.json").matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key));
    assert.deepEqual(Object.keys(JSON.parse(read("package.nls.json"))).sort(), [...used].sort());
  });

  it("stand in package.json by their keys only", () => {
    const { contributes } = JSON.parse(read("package.json"));
    const plain: string[] = [];
    const look = (value: unknown, name: string): void => {
      if (typeof value === "object" && value !== null)
        for (const [key, inner] of Object.entries(value)) look(inner, key);
      else if (
        /^(title|description|markdownDescription|name|altText|contextualTitle)$/.test(name) &&
        typeof value === "string"
      ) {
        if (!/^%.*%$/.test(value)) plain.push(value);
      }
    };
    look(contributes, "");
    assert.deepEqual(plain, []);
  });

  it("have pictures that exist and take their colours from the theme", () => {
    const { contributes } = JSON.parse(read("package.json"));
    const [{ steps }] = contributes.walkthroughs;
    assert.equal(steps.length, 5);
    for (const { media, completionEvents } of steps) {
      assert.ok(existsSync(join(projectRoot, media.svg)), media.svg);
      const svg = read(media.svg);
      // The page that shows it lets no style sheet in.
      assert.doesNotMatch(svg, /<style|style=|<script|(?:fill|stroke)="#/);
      assert.match(svg, /<title>.+<\/title>\s*<desc>.+<\/desc>/);
      assert.equal(completionEvents.length, 1);
    }
  });
});
