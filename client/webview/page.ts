import type { Page } from "../../content/schema.ts";
import type { FromPage, ToPage, Words } from "../src/lessons/messages.ts";
import { built, element, fill } from "./dom.ts";
import { createOutline } from "./outline.ts";

export interface PageView {
  readonly element: HTMLElement;
  /** The section that is being shown. */
  section(): string;
  /** Shows a section of this page; `focus` for a move that the reader asked for. */
  go(section: string, focus: boolean): void;
  /** Sections that were read elsewhere since. */
  read(sections: readonly string[]): void;
}

interface Options extends Extract<ToPage, { type: "show" }> {
  readonly post: (message: FromPage) => void;
  readonly onMove: () => void;
}

/**
 * The text of a lesson, one section at a time. The others stay in the document, so that Find and printing reach them. What can be done on
 * it comes from elsewhere (activities/): a question's place is left free, as `[data-free]`, in the order of the questions.
 */
export function createPage(options: Options): PageView {
  const { page, words, post } = options;
  const outline = createOutline(page, options.visited, words, (section) => go(section, true));
  const sections = new Map<string, HTMLElement>();
  let current = "";

  function go(section: string, focus: boolean): void {
    const shown = sections.get(section);
    if (shown === undefined) return;
    current = section;
    for (const [id, body] of sections) {
      if (id === section) body.removeAttribute("hidden");
      else body.setAttribute("hidden", "until-found");
    }
    outline.moveTo(section);
    if (focus) {
      window.scrollTo(0, 0);
      shown.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
    }
    post({ type: "visited", page: page.id, section });
    options.onMove();
  }

  const isLesson = page.kind === "lesson";
  for (const [at, section] of page.sections.entries()) {
    const body = element(
      "section",
      { id: section.id, "aria-labelledby": `${section.id}-title` },
      element(
        "h2",
        { id: `${section.id}-title`, tabindex: "-1", class: isLesson ? "" : "visually-hidden" },
        section.title,
      ),
      ...section.blocks.map((block) =>
        block.kind === "html" ? built(block.html) : element("div", { "data-free": true }),
      ),
      isLesson && wayElement(page, at, words, go),
    );
    // What is hidden takes the room of its own margins still, and a sheet has none.
    const sheet = element("div", { class: "sheet" }, body);
    sheet.addEventListener("beforematch", () => go(section.id, false));
    sections.set(section.id, sheet);
  }
  const header = element(
    "header",
    {},
    element("h1", {}, page.title),
    page.idea !== "" && element("p", { class: "idea" }, page.idea),
    page.minutes > 0 && element("p", { class: "minutes" }, fill(words.minutes, page.minutes)),
    isLesson && element("details", { class: "places" }, element("summary", {}, words.inYourCode)),
  );

  return {
    element: element(
      "div",
      { class: `page page-${page.kind}` },
      header,
      page.sections.length > 1 && outline.element,
      element("main", {}, ...sections.values()),
      ...page.terms.map(termElement),
    ),
    section: () => current,
    go,
    read: outline.read,
  };
}

function termElement({ id, title, html }: Page["terms"][number]): HTMLElement {
  const label = `term-${id}-title`;
  return element(
    "div",
    { id: `term-${id}`, popover: "auto", class: "term-card", role: "dialog", "aria-labelledby": label },
    element("p", { id: label, class: "term-title" }, title),
    built(html),
  );
}

function wayElement(page: Page, at: number, words: Words, go: (section: string, focus: boolean) => void): HTMLElement {
  const toButton = (label: string, section: Page["sections"][number] | undefined, direction: "previous" | "next") => {
    if (section === undefined) return undefined;
    const button = element(
      "button",
      { type: "button", class: `way-${direction}`, [`data-${direction}`]: true },
      element("span", { class: "way-label" }, label),
      element("span", { class: "way-title" }, section.title),
    );
    button.addEventListener("click", () => go(section.id, true));
    return button;
  };
  return element(
    "div",
    { class: "way" },
    toButton(words.previous, page.sections[at - 1], "previous"),
    toButton(words.next, page.sections[at + 1], "next"),
  );
}
