import type { Example, Explanation, FromPage, Words } from "../../src/lessons/messages.ts";
import { element, prose } from "../dom.ts";
import { layerBadge } from "./layer.ts";
import { runControls } from "./programs.ts";

type Program = Extract<NonNullable<Explanation["slice"]>, { readonly kind: "program" }>;

/** The reader's own line, until more is known of it. It is text from their files, so text here, like all below. */
export function exampleElement({ code, source }: Example, words: Words): HTMLElement {
  return element(
    "figure",
    { class: "listing example" },
    captionElement(source, words, null),
    element("pre", { class: "code", tabindex: "0" }, element("code", {}, code)),
  );
}

/** The reader's own line with what the analyser knows of it: layer, reasons, what 2.0 has for it, and its SQL. */
export function explanationElement(
  explanation: Explanation,
  words: Words,
  post: (message: FromPage) => void,
): HTMLElement {
  const { code, mark, source, layer, summary, because, modern, slice } = explanation;
  return element(
    "figure",
    { class: "listing example explained" },
    captionElement(source, words, layer),
    element(
      "pre",
      { class: "code", tabindex: "0" },
      element(
        "code",
        {},
        code.slice(0, mark.start),
        element("mark", {}, code.slice(mark.start, mark.end)),
        code.slice(mark.end),
      ),
    ),
    summary !== "" && element("p", {}, summary),
    because.length > 0 && reasonsElement(because, words),
    modern !== null && modernElement(modern, words),
    slice?.kind === "program" && programElement(slice, words, post),
    slice?.kind === "refused" && refusedElement(slice.why, words),
  );
}

function captionElement(source: string, words: Words, layer: Explanation["layer"]): HTMLElement {
  return element(
    "figcaption",
    {},
    element("strong", {}, words.yourLine),
    " ",
    element("span", { class: "source" }, source),
    " ",
    layerBadge(layer, words),
  );
}

function reasonsElement(because: Explanation["because"], words: Words): HTMLElement {
  const items = because.map(({ text, where }) =>
    element("li", {}, ...prose(text), where !== "" && element("span", { class: "source" }, ` ${where}`)),
  );
  return element("div", {}, element("p", { class: "explained-title" }, words.because), element("ul", {}, ...items));
}

function modernElement(modern: NonNullable<Explanation["modern"]>, words: Words): HTMLElement {
  const { message, before, after, conditions } = modern;
  const listing = (title: string, code: string): HTMLElement =>
    element(
      "div",
      {},
      element("p", { class: "result-label" }, title),
      element("pre", { class: "code", tabindex: "0" }, element("code", {}, code)),
    );
  return element(
    "div",
    { class: "modern" },
    element("p", { class: "explained-title" }, words.modern),
    element("p", {}, ...prose(message)),
    after !== "" &&
      element("div", { class: "modern-forms" }, listing(words.modernBefore, before), listing(words.modernAfter, after)),
    conditions.length > 0 && element("ul", {}, ...conditions.map((each) => element("li", {}, ...prose(each)))),
  );
}

function programElement(
  { setup, code, parameters, notes }: Program,
  words: Words,
  post: (message: FromPage) => void,
): HTMLElement {
  const open = element("button", { type: "button", class: "quiet" }, words.openSlice);
  open.addEventListener("click", () => post({ type: "openSlice" }));
  const named = parameters.map(({ name, text }) =>
    element("li", {}, element("code", {}, name), ` ${words.sqlParameter} `, element("code", {}, text)),
  );
  const figure = element(
    "figure",
    { class: "program" },
    element(
      "div",
      { class: "program-body" },
      element(
        "div",
        { class: "program-code" },
        element("pre", { class: "code", tabindex: "0" }, element("code", {}, code)),
      ),
      element("div", { class: "program-result" }),
    ),
  );
  const program = { id: "slice", title: words.sqlTitle, setup, code };
  figure.append(
    element(
      "div",
      { class: "program-foot" },
      runControls({ figure, program, words, edited: undefined, onEdit: () => {} }),
      open,
      element(
        "details",
        { class: "setup" },
        element("summary", {}, words.sqlModels),
        element("pre", { class: "code", tabindex: "0" }, element("code", {}, setup)),
      ),
    ),
  );
  return element(
    "div",
    { class: "slice" },
    element("p", { class: "explained-title" }, words.sqlTitle),
    element("p", {}, words.sqlAbout),
    figure,
    named.length > 0 && element("ul", {}, ...named),
    ...notes.map((note) => element("p", { class: "places-note" }, ...prose(note))),
  );
}

function refusedElement(why: string, words: Words): HTMLElement {
  return element(
    "div",
    { class: "slice" },
    element("p", { class: "explained-title" }, words.sqlTitle),
    element("p", {}, words.sqlRefused, " ", ...prose(why)),
  );
}
