/** The lesson page: shows what the extension sends, and tells it what the reader does. */
import type { PageState, ToPage } from "../src/lessons/messages.ts";
import type { Activities } from "./activities/activities.ts";
import { announce, announcer } from "./announce.ts";
import { element } from "./dom.ts";
import { connect } from "./host.ts";
import { createPage, type PageView } from "./page.ts";

type Show = Extract<ToPage, { type: "show" }>;

interface Shown {
  readonly message: Show;
  readonly view: PageView;
  /** Calls back once the activities of this very page are there. */
  use(what: (activities: Activities) => void): void;
}

// This script's own address tells where the rest of the extension is.
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";
const loading = import(new URL("activities.js", script).href).then(
  async (module: typeof import("./activities/activities.ts")) => {
    await module.ready;
    return module.createActivities;
  },
);

const host = connect(receive);
const place = element("div", { id: "place" });
let shown: Shown | undefined;
let drafts: Record<string, string[]> = {};
let edits: Record<string, string> = {};
document.body.append(place, announcer());

function receive(message: ToPage): void {
  switch (message.type) {
    case "show":
      show(message);
      break;
    case "problem":
      shown = undefined;
      place.replaceChildren(element("main", { class: "problem" }, element("p", { role: "alert" }, message.text)));
      break;
    case "places":
      if (shown?.message.page.id === message.lesson) shown.use((activities) => activities.showPlaces(message.places));
      break;
    case "explained":
      shown?.use((activities) => activities.explain(message.section, message.explanation));
      break;
    case "judged":
      shown?.use((activities) => activities.judged(message.attempt, message.verdict));
      break;
    case "progress":
      if (shown?.message.page.id !== message.lesson) break;
      shown.view.read(message.visited);
      shown.use((activities) => activities.update(message.answers, message.due));
  }
}

function show(message: Show): void {
  const kept = host.state();
  drafts = { ...kept?.drafts };
  edits = { ...kept?.edits };
  // A page replaced by another starts at its top; a page that was reloaded goes on where it was.
  const scroll = shown === undefined && kept?.target === targetOf(message, message.section) ? kept.scroll : 0;
  const moved = shown !== undefined;
  const view = createPage({ ...message, post, onMove: keep });
  const activities = loading.then((create) => create({ ...message, root: view.element, drafts, edits, ...changes }));
  shown = undefined;
  place.replaceChildren(view.element);
  const mine = { message, view, use: (what: (made: Activities) => void) => void activities.then(what, () => {}) };
  shown = mine;
  view.go(message.section, moved);
  window.scrollTo(0, scroll);
  const main = view.element.querySelector("main");
  main?.setAttribute("aria-busy", "true");
  const settle = (): void => main?.removeAttribute("aria-busy");
  activities.then(
    () => {
      settle();
      if (shown !== mine) return;
      if (scroll > 0) window.scrollTo(0, scroll);
      // The lesson is there to be read before anyone looks into the reader's code.
      if (message.page.kind === "lesson") host.post({ type: "findPlaces", lesson: message.page.id, all: false });
    },
    (error: unknown) => {
      settle();
      main?.prepend(element("p", { role: "alert" }, String(error)));
      announce(String(error));
    },
  );
}

const changes = {
  post,
  onDraft(key: string, chosen: string[] | undefined): void {
    if (chosen === undefined) delete drafts[key];
    else drafts[key] = chosen;
    keep();
  },
  onEdit(key: string, code: string | undefined): void {
    if (code === undefined) delete edits[key];
    else edits[key] = code;
    keep();
  },
};

function post(message: Parameters<typeof host.post>[0]): void {
  if (message.type === "startOver") drafts = {};
  host.post(message);
  keep();
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
