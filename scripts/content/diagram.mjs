import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { splitSections } from "./markdown.mjs";

const FORBIDDEN = /<script|<foreignObject|<style|\sstyle=|\son[a-z]+=|href=/i;

/**
 * A drawing (NAME.svg) with an explanation of each of its parts (NAME.md, a section for each `data-part` of the drawing). The
 * explanations are `<details>` of their own, so that the drawing is a shorter way to them and never the only one.
 *
 * @throws where a part has no explanation, an explanation no part, or the drawing holds what the panel's policy forbids
 */
export async function buildDiagram(folder, name, { lesson, markdown }) {
  const svg = saidAsSeen((await readFile(join(folder, `${name}.svg`), "utf8")).trim());
  const forbidden = FORBIDDEN.exec(svg);
  if (forbidden) throw new Error(`${name}.svg holds "${forbidden[0].trim()}"`);
  const parts = splitSections(markdown, await readFile(join(folder, `${name}.md`), "utf8"));
  const drawn = [...svg.matchAll(/data-part="([^"]+)"/g)].map((match) => match[1]);
  const told = parts.map((part) => part.id);
  const odd = [...drawn.filter((id) => !told.includes(id)), ...told.filter((id) => !drawn.includes(id))];
  if (odd.length > 0) throw new Error(`${name}.svg and ${name}.md disagree about ${odd.join(", ")}`);

  const group = `${lesson}-${name}`;
  const explanations = parts
    .map(
      ({ id, title, tokens }, at) =>
        `<details name="${group}" data-explains="${id}" class="part part-${id}"${at === 0 ? " open" : ""}><summary>${markdown.renderInline(title)}</summary>${markdown.renderTokens(tokens)}</details>`,
    )
    .join("\n");
  return `<figure class="diagram">${svg}<div class="parts">${explanations}</div></figure>\n`;
}

/** Whoever speaks to the computer says what stands on a part: where its name has other words, the words are its name. */
function saidAsSeen(svg) {
  return svg.replace(
    /(<g\b[^>]*\bdata-part="[^"]*"[^>]*\baria-label=")([^"]*)("[^>]*>)([\s\S]*?)(<\/g>)/g,
    (...match) => {
      const [, head, label, middle, inner, tail] = match;
      const seen = inner
        .replace(/<[^>]+>/g, " ")
        .replace(/\s+/g, " ")
        .trim();
      return `${head}${label.toLowerCase().includes(seen.toLowerCase()) ? label : seen}${middle}${inner}${tail}`;
    },
  );
}
