import { element } from "./dom.ts";

const id = "announcer";

/** Where screen readers listen; there is one, for as long as the page lives. */
export function announcer(): HTMLElement {
  return element("div", { id, role: "status", class: "visually-hidden" });
}

/** Says it once. The same words twice in a row are news, too, so the region is emptied in between. */
export function announce(text: string): void {
  const region = document.getElementById(id);
  if (region === null) return;
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
