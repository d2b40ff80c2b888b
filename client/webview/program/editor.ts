import type { Words } from "../../src/lessons/messages.ts";
import { element, fill } from "../dom.ts";
import { highlighted } from "./highlight.ts";

/** What a line of the program did: how many statements it sent, or that it raised what ended the program. 1-based. */
export interface Marks {
  readonly sent: ReadonlyMap<number, number>;
  readonly raised: number | null;
}

export interface Editor {
  readonly element: HTMLElement;
  readonly field: HTMLTextAreaElement;
  text(): string;
  setText(text: string): void;
  mark(marks: Marks): void;
  /** Puts the cursor on a line, 1-based, and the focus with it. */
  goTo(line: number): void;
}

interface Options {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly words: Words;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  /** The reader wants out, by Escape. */
  readonly onLeave: () => void;
}

const NO_MARKS: Marks = { sent: new Map(), raised: null };
const INDENT = "    ";

/**
 * A small editor of Python: a text area, with the same text in colour behind it. Everything about editing is the browser's own, but
 * that Enter keeps the indentation and Backspace takes a whole step of it back. Tab moves on, as everywhere on the page.
 */
export function createEditor({ id, title, text, words, onChange, onRun, onLeave }: Options): Editor {
  const hint = element("p", { class: "editor-hint", id: `${id}-hint` }, words.editorHint);
  const shown = element("pre", { class: "code editor-shown", "aria-hidden": "true" });
  const field = element("textarea", {
    class: "code editor-field",
    "aria-label": fill(words.editorLabel, title),
    "aria-describedby": hint.id,
    wrap: "off",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
  });
  let marks = NO_MARKS;
  field.value = text;

  function draw(): void {
    const rows = highlighted(field.value, "python").map((nodes, at) => {
      const line = at + 1;
      const sent = marks.sent.get(line);
      const state = line === marks.raised ? "raised" : sent === undefined ? "" : "sent";
      return element("span", { class: `row ${state}` }, ...nodes, "\n");
    });
    shown.replaceChildren(element("code", {}, ...rows));
    field.rows = rows.length;
  }

  function changed(): void {
    marks = NO_MARKS;
    field.removeAttribute("aria-invalid");
    draw();
    onChange(field.value);
  }

  field.addEventListener("input", changed);
  field.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    if (isComposing || altKey) return;
    const plain = !ctrlKey && !metaKey && !shiftKey;
    const before = field.value.slice(field.value.lastIndexOf("\n", field.selectionStart - 1) + 1, field.selectionStart);
    if (key === "Enter" && (ctrlKey || metaKey)) onRun();
    else if (key === "Escape") onLeave();
    else if (key === "Enter" && plain)
      insert(`\n${/^\s*/.exec(before)?.[0] ?? ""}${/:\s*(#.*)?$/.test(before) ? INDENT : ""}`);
    else if (key === "Backspace" && plain && field.selectionStart === field.selectionEnd && /^( {4})+$/.test(before)) {
      field.setSelectionRange(field.selectionStart - INDENT.length, field.selectionStart);
      document.execCommand("delete");
    } else return;
    event.preventDefault();
  });

  /** The one way to change a text area that its own undo knows of. */
  function insert(added: string): void {
    document.execCommand("insertText", false, added);
  }

  draw();
  return {
    element: element("div", { class: "editor" }, element("div", { class: "editor-body" }, shown, field), hint),
    field,
    text: () => field.value,
    setText(next) {
      field.value = next;
      changed();
    },
    mark(next) {
      marks = next;
      field.toggleAttribute("aria-invalid", next.raised !== null);
      if (next.raised !== null) field.setAttribute("aria-invalid", "true");
      draw();
    },
    goTo(line) {
      const lines = field.value.split("\n");
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      field.focus();
      field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    },
  };
}
