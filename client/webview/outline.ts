import type { Page } from "../../content/schema.ts";
import type { Words } from "../src/lessons/messages.ts";
import { element, fill } from "./dom.ts";

export interface Outline {
  readonly element: HTMLElement;
  /** `aria-current` moves to the section, which counts as read. */
  moveTo(section: string): void;
  /** These count as read, and no others but the one that is being shown. */
  read(sections: readonly string[]): void;
}

const WIDE = matchMedia("(min-width: 60rem)");

/** The lesson's contents with what has been read; beside the text where there is room, folded up above it where there is not. */
export function createOutline(
  page: Page,
  visited: readonly string[],
  words: Words,
  go: (section: string) => void,
): Outline {
  const read = new Set(visited);
  let shown = "";
  const links = new Map<string, HTMLElement>();
  const bar = element("progress", { max: String(page.sections.length) });
  const count = element("span", { class: "count" });
  const items = page.sections.map(({ id, title }) => {
    const link = element("a", { href: `#${id}` }, title);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (!WIDE.matches) details.open = false;
      go(id);
    });
    links.set(id, link);
    return element("li", {}, link);
  });
  const details = element(
    "details",
    { open: WIDE.matches },
    element("summary", {}, words.contents),
    element("ol", {}, ...items),
  );
  WIDE.addEventListener("change", () => {
    details.open = WIDE.matches;
  });

  function update(current: string): void {
    for (const [id, link] of links) {
      link.toggleAttribute("data-read", read.has(id));
      if (id === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      link.querySelector(".visually-hidden")?.remove();
      if (read.has(id)) link.append(element("span", { class: "visually-hidden" }, ` (${words.read})`));
    }
    const text = fill(words.sectionsRead, read.size, page.sections.length);
    bar.value = read.size;
    bar.setAttribute("aria-label", text);
    count.textContent = text;
  }

  return {
    element: element(
      "nav",
      { class: "outline", "aria-label": words.contents },
      element("div", { class: "progress" }, bar, count),
      details,
    ),
    moveTo(section) {
      shown = section;
      if (links.has(section)) read.add(section);
      update(section);
    },
    read(sections) {
      read.clear();
      for (const section of [...sections, shown]) if (links.has(section)) read.add(section);
      update(shown);
    },
  };
}
