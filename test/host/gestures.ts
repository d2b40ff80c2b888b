import type { Frame, Page } from "playwright-core";

/** What a person does in the workbench. Each resolves when its effect can be seen. */
export interface Gestures {
  /** Opens a file of the workspace, by its path relative to it. */
  openFile(path: string): Promise<void>;
  /** Runs a command by its full title in the palette, as "SQLAlchemy Coach: Open Lesson". */
  runCommand(title: string): Promise<void>;
  /** Rests the mouse on the first place in the editor that shows `text`; returns what the hover says. */
  hover(text: string): Promise<string>;
  /** Puts the cursor on the first place that shows `text` and opens the menu of code actions; returns their titles. */
  codeActions(text: string): Promise<readonly string[]>;
  /** The document inside the webview that is shown, as for axe-core with `frame.evaluate`. */
  webview(): Promise<Frame>;
}

export function gesturesOn(page: Page): Gestures {
  return {
    async openFile(path) {
      await pick(page, "Control+P", path, path.slice(path.lastIndexOf("/") + 1));
      await page.locator(`.monaco-editor[data-uri$="/${path}"] .view-line`).first().waitFor();
    },

    async runCommand(title) {
      await pick(page, "F1", `>${title}`, title);
    },

    async hover(text) {
      const { x, y } = await placeOf(page, text);
      await page.mouse.move(x, y);
      const hover = page.locator(".monaco-hover:not(.hidden) .hover-contents");
      await hover.first().waitFor();
      return (await hover.allInnerTexts()).join("\n");
    },

    async codeActions(text) {
      const { x, y } = await placeOf(page, text);
      await page.mouse.click(x, y);
      await page.keyboard.press("Control+.");
      const titles = page.locator(".action-widget .monaco-list-row.action .title");
      await titles.first().waitFor();
      return titles.allInnerTexts();
    },

    async webview() {
      const outer = await frameOf(page, "iframe.webview.ready");
      return frameOf(outer, "iframe#active-frame");
    },
  };
}

/** Chooses what the quick input finds, once the choice that has the focus is the one that was meant. */
async function pick(page: Page, keys: string, text: string, choice: string): Promise<void> {
  await page.keyboard.press(keys);
  const input = page.locator(".quick-input-widget input[type=text]");
  await input.fill(text);
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: choice }).waitFor();
  await input.press("Enter");
  await input.waitFor({ state: "hidden" });
}

async function frameOf(parent: Page | Frame, selector: string): Promise<Frame> {
  const element = await parent.waitForSelector(selector);
  const frame = await element.contentFrame();
  if (!frame) throw new Error(`${selector} shows no document`);
  await frame.waitForLoadState("domcontentloaded");
  return frame;
}

/** Finds text in the lines that the editor shows; a line is cut into one element per token, with no-break spaces. */
async function placeOf(page: Page, text: string): Promise<{ readonly x: number; readonly y: number }> {
  const place = await page.waitForFunction((wanted) => {
    for (const line of document.querySelectorAll(".editor-instance .view-line")) {
      const at = (line.textContent ?? "").replaceAll("\u00a0", " ").indexOf(wanted);
      if (at < 0) continue;
      const parts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      let rest = at;
      for (let part = parts.nextNode(); part; part = parts.nextNode()) {
        const length = part.textContent?.length ?? 0;
        if (rest < length) {
          const range = document.createRange();
          range.setStart(part, rest);
          range.setEnd(part, rest + 1);
          const { x, y, width, height } = range.getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        }
        rest -= length;
      }
    }
    return undefined;
  }, text);
  const found = await place.jsonValue();
  if (!found) throw new Error(`the editor does not show ${text}`);
  return found;
}
