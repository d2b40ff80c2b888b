// Writes l10n/bundle.l10n.json, the sentences to translate, from the sources: `node scripts/l10n.mjs [--check]`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, "l10n/bundle.l10n.json");

/** The first argument of every call of the translating functions, where it is a literal. */
function sentencesIn(folder, functions) {
  const call = new RegExp(`(?:${functions})\\(\\s*"((?:[^"\\\\]|\\\\.)*)"`, "g");
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [...readFileSync(join(root, folder, file), "utf8").matchAll(call)])
    .map(([, text]) => JSON.parse(`"${text}"`));
}

const all = [
  ...new Set([...sentencesIn("client/src", "\\bl10n\\.t"), ...sentencesIn("server/src/lsp", "\\btranslate|\\bt")]),
].sort();
const text = `${JSON.stringify(Object.fromEntries(all.map((sentence) => [sentence, sentence])), null, 2)}\n`;
if (process.argv.includes("--check") && readFileSync(target, "utf8") !== text) {
  console.error("l10n/bundle.l10n.json is stale: run `node scripts/l10n.mjs`");
  process.exit(1);
}
writeFileSync(target, text);
