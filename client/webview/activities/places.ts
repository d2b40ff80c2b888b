import type { FromPage, Place, Places, Words } from "../../src/lessons/messages.ts";
import { announce } from "../announce.ts";
import { element, fill } from "../dom.ts";
import { layerBadge } from "./layer.ts";

export interface PlacesView {
  /** For the end of a section: the places of its own, once there are some. */
  section(id: string): HTMLElement;
  show(places: Places): void;
}

interface Options {
  /** At the head of the page, for all places of the lesson. */
  readonly head: HTMLElement;
  readonly lesson: string;
  readonly words: Words;
  readonly post: (message: FromPage) => void;
}

/** A line with the number of its first place, by which the extension knows where it is, and the layers of all its places. */
interface Line extends Pick<Place, "path" | "line" | "text"> {
  readonly number: number;
  readonly layers: Set<Place["layer"]>;
}

/** Where the lesson's idea occurs in the reader's code. Names, paths and lines are theirs: text, never HTML. */
export function createPlaces({ head, lesson, words, post }: Options): PlacesView {
  const sections = new Map<string, HTMLElement>();
  const body = element("div", { class: "places-body" }, element("p", {}, words.looking));
  const count = element("span", { class: "places-count" });
  let isAsked = false;
  head.querySelector("summary")?.append(" ", count);
  head.append(body);

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

  function listOf(lines: readonly Line[]): HTMLElement {
    const files = new Map<string, Line[]>();
    for (const line of lines) files.set(line.path, [...(files.get(line.path) ?? []), line]);
    const items = [...files].map(([path, own]) =>
      element(
        "li",
        {},
        element("p", { class: "place-file" }, path),
        element("ul", { "aria-label": path }, ...own.map(lineItem)),
      ),
    );
    return element("ul", { class: "place-files" }, ...items);
  }

  function lineItem({ number, line, text, layers }: Line): HTMLElement {
    const open = element(
      "button",
      { type: "button", class: "place" },
      element("span", { class: "place-line" }, String(line)),
      element("code", {}, text),
      ...[...layers].map((layer) => layerBadge(layer, words)),
    );
    open.addEventListener("click", () => post({ type: "openPlace", lesson, place: number }));
    return element("li", {}, open);
  }

  function showSections(places: readonly Place[], counts: Places["counts"]): void {
    for (const [id, details] of sections) {
      const own = places.filter((place) => place.sections.includes(id)).length;
      const all = counts[id] ?? own;
      details.hidden = own === 0;
      const rest = all > own ? fill(words.more, all - own) : "";
      const note = element("p", { class: "places-note" }, rest);
      const lines = linesOf(places, id);
      details.replaceChildren(element("summary", {}, fill(words.inYourCodeCount, all)), listOf(lines), note);
    }
  }

  function show(found: Places): void {
    const { places, counts, left, busy } = found;
    const lines = linesOf(places);
    const text = sentence(found, lines.length, words);
    body.replaceChildren(
      element("p", { class: "places-note" }, text),
      busy ? element("p", { class: "places-note" }, words.stillReading) : "",
      ...(lines.length > 0 ? [listOf(lines)] : []),
      element(
        "div",
        { class: "actions" },
        found.state === "noFolder" ? "" : button(words.lookAgain, false),
        left > 0 ? button(fill(words.lookFurther, left), true) : "",
      ),
    );
    count.textContent = lines.length > 0 ? String(lines.length) : "";
    showSections(places, counts);
    // What nobody asked for is not read out.
    if (isAsked) announce(text);
    isAsked = false;
  }

  return {
    section(id) {
      const details = element("details", { class: "places places-section", hidden: true });
      sections.set(id, details);
      return details;
    },
    show,
  };
}

/** Each line once, however many calls stand on it, of one section or of all. */
function linesOf(places: readonly Place[], section?: string): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const [number, { path, line, text, layer, sections }] of places.entries()) {
    if (section !== undefined && !sections.includes(section)) continue;
    const key = `${line} ${path}`;
    const known = lines.get(key);
    if (known) known.layers.add(layer);
    else lines.set(key, { path, line, text, number, layers: new Set([layer]) });
  }
  return [...lines.values()];
}

function sentence({ state, files }: Places, lines: number, words: Words): string {
  if (state === "noFolder") return words.noFolder;
  if (state === "unavailable") return words.unavailable;
  return lines === 0 ? words.nothingYet : fill(words.placesFound, lines, files);
}
