import type { Words } from "../../src/lessons/messages.ts";
import { announce } from "../announce.ts";
import { element, fill } from "../dom.ts";

/**
 * Puts a button that copies the text on every block of code or SQL. It follows the block in the document, so that who tabs through has
 * read the code first, and it names what it copies.
 */
export function addCopyButtons(root: HTMLElement, words: Words): void {
  for (const code of root.querySelectorAll<HTMLElement>("pre.code")) {
    const box = element("div", { class: "copyable" });
    code.replaceWith(box);
    box.append(code);
    box.append(copyButton(code, words));
  }
}

function copyButton(code: HTMLElement, words: Words): HTMLElement {
  const what = titleOf(code);
  const button = element(
    "button",
    { type: "button", class: "copy", "aria-label": what === "" ? words.copy : fill(words.copyNamed, what) },
    words.copy,
  );
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(code.textContent ?? "").then(
      () => {
        button.textContent = words.copied;
        announce(words.copied);
      },
      // A browser may refuse, as where the page has lost the focus: then the text can still be selected.
      () => announce(words.notCopied),
    );
  });
  // It says so until the reader has turned to something else.
  for (const left of ["blur", "mouseleave"]) {
    button.addEventListener(left, () => {
      button.textContent = words.copy;
    });
  }
  return button;
}

/** What stands above the block: its label among a program's results, its own fold, or the figure's caption. */
function titleOf(code: HTMLElement): string {
  const box = code.parentElement;
  const before = box?.previousElementSibling;
  if (before?.matches(".result-label, summary")) return before.textContent ?? "";
  const caption = code.closest("figure")?.querySelector("figcaption");
  return caption?.textContent?.trim() ?? "";
}
