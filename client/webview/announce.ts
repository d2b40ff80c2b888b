import { element } from "./dom.ts";

const region = element("div", { role: "status", class: "visually-hidden" });

/** Where screen readers listen; there is one, for as long as the page lives. */
export function announcer(): HTMLElement {
  return region;
}

/** Says it once. The same words twice in a row are news, too, so the region is emptied in between. */
export function announce(text: string): void {
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
