/**
 * Every link of every page leads to a page and section that exist.
 *
 * @param {readonly import("../../content/schema.ts").Page[]} pages
 * @throws naming the page and the dead link
 */
export function checkLinks(pages) {
  const targets = new Set();
  for (const page of pages) {
    if (page.kind === "rule") targets.add(`rule:${page.id}`);
    else for (const section of page.sections) targets.add(`${page.id}#${section.id}`);
  }
  for (const page of pages) {
    for (const link of linksOf(page)) {
      const target = link.startsWith("#") ? `${page.id}${link}` : link;
      if (!targets.has(target)) throw new Error(`${page.id}: a link leads to "${target}", which does not exist`);
    }
  }
}

function linksOf(page) {
  const html = page.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "html" ? [block.html] : [block.question.because, block.question.prompt])),
  );
  const taught = page.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "question" ? [block.question.teaches] : [])),
  );
  return [...taught, ...html.flatMap((text) => [...text.matchAll(/data-target="([^"]+)"/g)].map((match) => match[1]))];
}
