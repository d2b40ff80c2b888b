import { element } from "./dom.ts";

/** Loads the style sheet beside a module, by the module's own address, once. */
export function loadStyleOf(module: string): Promise<void> {
  const href = module.replace(/\.js($|\?)/, ".css$1");
  if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = element("link", { rel: "stylesheet", href });
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(href)));
    document.head.append(link);
  });
}
