/**
 * Makes the parts of a drawing buttons that open their explanations. Without this the explanations can be opened as they are: the
 * drawing is a shorter way to them.
 */
export function enliven(figure: Element): void {
  figure.querySelector("svg")?.setAttribute("role", "group");
  const explanations = new Map<string, HTMLDetailsElement>();
  for (const details of figure.querySelectorAll<HTMLDetailsElement>("details[data-explains]")) {
    const id = details.dataset["explains"] ?? "";
    details.id = `${details.getAttribute("name") ?? "part"}-${id}`;
    explanations.set(id, details);
  }
  const parts = [...figure.querySelectorAll<SVGElement>("[data-part]")];

  function update(): void {
    for (const part of parts) {
      const open = explanations.get(part.dataset["part"] ?? "")?.open ?? false;
      part.setAttribute("aria-expanded", String(open));
    }
  }

  for (const part of parts) {
    const details = explanations.get(part.dataset["part"] ?? "");
    if (details === undefined) continue;
    part.setAttribute("role", "button");
    part.setAttribute("tabindex", "0");
    part.setAttribute("aria-controls", details.id);
    const toggle = () => {
      // One is open from the start, often below the window's edge: to close it unseen would look as if nothing happened.
      details.open = !(details.open && isInView(details));
      // The event comes later, and whoever listens is told at once.
      update();
      if (details.open) details.scrollIntoView({ block: "nearest" });
    };
    part.addEventListener("click", toggle);
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle();
    });
    details.addEventListener("toggle", update);
  }
  update();
}

function isInView(shown: Element): boolean {
  const { top, bottom } = shown.getBoundingClientRect();
  return top < innerHeight && bottom > 0;
}
