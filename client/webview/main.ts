/** The lesson page: shows what the extension sends, and tells it what the reader does. */
import type { PageState, ToPage } from "../src/lessons/messages.ts";
import { announcer } from "./announce.ts";
import { element } from "./dom.ts";
import { connect } from "./host.ts";
import { createPage, type PageView } from "./page.ts";

const host = connect(receive);
const place = element("div", { id: "place" });
let shown: { readonly message: Extract<ToPage, { type: "show" }>; readonly view: PageView } | undefined;
let drafts: Record<string, string[]> = {};
let edits: Record<string, string> = {};
document.body.append(place, announcer());

function receive(message: ToPage): void {
  if (message.type === "problem") {
    shown = undefined;
    place.replaceChildren(element("main", { class: "problem" }, element("p", { role: "alert" }, message.text)));
    return;
  }
  if (message.type === "places") {
    if (shown?.message.page.id === message.lesson) shown.view.showPlaces(message.places);
    return;
  }
  if (message.type === "explained") {
    shown?.view.explain(message.section, message.explanation);
    return;
  }
  if (message.type === "judged") {
    shown?.view.judged(message.attempt, message.verdict);
    return;
  }
  const kept = host.state();
  drafts = { ...kept?.drafts };
  edits = { ...kept?.edits };
  // A page replaced by another starts at its top; a page that was reloaded goes on where it was.
  const scroll = shown === undefined && kept?.target === targetOf(message, message.section) ? kept.scroll : 0;
  const view = createPage({
    ...message,
    drafts,
    post(received) {
      if (received.type === "startOver") drafts = {};
      host.post(received);
      keep();
    },
    onDraft(key, chosen) {
      if (chosen === undefined) delete drafts[key];
      else drafts[key] = chosen;
      keep();
    },
    edits,
    onEdit(key, code) {
      if (code === undefined) delete edits[key];
      else edits[key] = code;
      keep();
    },
    onMove: keep,
  });
  const moved = shown !== undefined;
  shown = undefined;
  place.replaceChildren(view.element);
  shown = { message, view };
  view.go(message.section, moved);
  window.scrollTo(0, scroll);
  // The lesson is there to be read before anyone looks into the reader's code.
  if (message.page.kind === "lesson") host.post({ type: "findPlaces", lesson: message.page.id, all: false });
}

function keep(): void {
  if (shown === undefined) return;
  const { message, view } = shown;
  const state: PageState = {
    target: targetOf(message, view.section()),
    scroll: Math.max(0, window.scrollY),
    drafts,
    edits,
    ...(message.example && view.section() === message.section ? { example: message.example } : {}),
  };
  host.keep(state);
}

function targetOf(
  { page }: { readonly page: { readonly kind: string; readonly id: string } },
  section: string,
): string {
  if (page.kind === "rule") return `rule:${page.id}`;
  return page.kind === "review" ? "review" : `${page.id}#${section}`;
}

let pending = false;
window.addEventListener("scroll", () => {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    keep();
  });
});

// Ahead of VS Code's own listener on the document, which would follow `#` to the top.
place.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-target]") : null;
  const target = link?.dataset["target"];
  if (target === undefined || shown === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const [page, section] = target.split("#");
  if (section !== undefined && (page === "" || page === shown.message.page.id)) shown.view.go(section, true);
  else host.post({ type: "follow", target });
});

host.post({ type: "ready" });
