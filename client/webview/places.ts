import type { FromPage, Place, Places, Words } from "../src/lessons/messages.ts";
import { announce } from "./announce.ts";
import { element, fill } from "./dom.ts";
import { layerBadge } from "./layer.ts";

export interface PlacesView {
  /** For the head of the page: all places of the lesson. */
  readonly element: HTMLElement;
  /** For the end of a section: the places of its own, once there are some. */
  section(id: string): HTMLElement;
  show(places: Places): void;
}

interface Options {
  readonly lesson: string;
  readonly words: Words;
  readonly post: (message: FromPage) => void;
}

/** A place with its number, by which the extension knows where it is. */
interface Numbered extends Place {
  readonly number: number;
}

/** Where the lesson's idea occurs in the reader's code. Names, paths and lines are theirs: text, never HTML. */
export function createPlaces({ lesson, words, post }: Options): PlacesView {
  const sections = new Map<string, HTMLElement>();
  const body = element("div", { class: "places-body" }, element("p", {}, words.looking));
  const count = element("span", { class: "places-count" });
  let isAsked = false;

  function ask(all: boolean): void {
    isAsked = true;
    announce(words.looking);
    post({ type: "findPlaces", lesson, all });
  }

  function button(text: string, all: boolean): HTMLElement {
    const made = element("button", { type: "button", class: "quiet" }, text);
    made.addEventListener("click", () => ask(all));
    return made;
  }

  function listOf(places: readonly Numbered[]): HTMLElement {
    const files = new Map<string, Numbered[]>();
    for (const place of places) files.set(place.path, [...(files.get(place.path) ?? []), place]);
    const items = [...files].map(([path, own]) =>
      element(
        "li",
        {},
        element("p", { class: "place-file" }, path),
        element("ul", { "aria-label": path }, ...own.map(placeItem)),
      ),
    );
    return element("ul", { class: "place-files" }, ...items);
  }

  function placeItem({ number, line, text, layer }: Numbered): HTMLElement {
    const open = element(
      "button",
      { type: "button", class: "place" },
      element("span", { class: "place-line" }, String(line)),
      element("code", {}, text),
      layerBadge(layer, words),
    );
    open.addEventListener("click", () => post({ type: "openPlace", lesson, place: number }));
    return element("li", {}, open);
  }

  function showSections(numbered: readonly Numbered[], counts: Places["counts"]): void {
    for (const [id, details] of sections) {
      const own = numbered.filter((place) => place.sections.includes(id));
      const all = counts[id] ?? own.length;
      details.hidden = own.length === 0;
      const rest = all > own.length ? fill(words.more, all - own.length) : "";
      const note = element("p", { class: "places-note" }, rest);
      details.replaceChildren(element("summary", {}, fill(words.inYourCodeCount, all)), listOf(own), note);
    }
  }

  function show(found: Places): void {
    const { counts, left, busy } = found;
    const numbered = found.places.map((place, number) => ({ ...place, number }));
    // A line is shown once, whichever of the lesson's sections it belongs to.
    const once = numbered.filter(
      (place, index) => numbered.findIndex((each) => each.path === place.path && each.line === place.line) === index,
    );
    const text = sentence(found, once.length, words);
    body.replaceChildren(
      element("p", { class: "places-note" }, text),
      busy ? element("p", { class: "places-note" }, words.stillReading) : "",
      ...(once.length > 0 ? [listOf(once)] : []),
      element(
        "div",
        { class: "actions" },
        found.state === "noFolder" ? "" : button(words.lookAgain, false),
        left > 0 ? button(fill(words.lookFurther, left), true) : "",
      ),
    );
    count.textContent = once.length > 0 ? String(once.length) : "";
    showSections(numbered, counts);
    // What nobody asked for is not read out.
    if (isAsked) announce(text);
    isAsked = false;
  }

  return {
    element: element("details", { class: "places" }, element("summary", {}, words.inYourCode, " ", count), body),
    section(id) {
      const details = element("details", { class: "places places-section", hidden: true });
      sections.set(id, details);
      return details;
    },
    show,
  };
}

function sentence({ state, files }: Places, lines: number, words: Words): string {
  if (state === "noFolder") return words.noFolder;
  if (state === "unavailable") return words.unavailable;
  return lines === 0 ? words.nothingYet : fill(words.placesFound, lines, files);
}
