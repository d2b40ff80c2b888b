import { errors, type Frame, type Locator, type Page } from "playwright-core";
import { patience } from "../harness/patience.ts";

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
  /**
   * Reloads the window by VS Code's own command, which first writes down what is to be kept. A browser's reload does not wait for that:
   * what was kept in the last seconds may be lost with it.
   */
  reload(): Promise<void>;
}

/** Resolves when the workbench can be seen. */
export function standing(page: Page): Promise<void> {
  return page.locator(".monaco-workbench .part.editor").waitFor();
}

/** The page is patient from then on, with all that is asked of it. */
export function gesturesOn(page: Page): Gestures {
  page.setDefaultTimeout(patience.step);
  return {
    async openFile(path) {
      await pick(page, "Control+P", path, path.slice(path.lastIndexOf("/") + 1));
      await page.locator(`.monaco-editor[data-uri$="/${path}"] .view-line`).first().waitFor();
    },

    async runCommand(title) {
      await pick(page, "F1", `>${title}`, title);
    },

    async hover(text) {
      const hover = page.locator(".monaco-hover:not(.hidden) .hover-contents");
      await until(hover.first(), async (isFirst) => {
        // The editor asks once for one place, and was told of nothing if no provider was there yet: it is to forget that.
        if (!isFirst) await page.keyboard.press("Escape");
        // Anew each time: what opens beside the text moves it.
        const { x, y } = await placeOf(page, text);
        await page.mouse.move(0, 0);
        await page.mouse.move(x, y);
      });
      return (await hover.allInnerTexts()).join("\n");
    },

    async codeActions(text) {
      const titles = page.locator(".action-widget .monaco-list-row.action .title");
      await until(titles.first(), async () => {
        const { x, y } = await placeOf(page, text);
        await page.mouse.click(x, y);
        await page.keyboard.press("Control+.");
      });
      return titles.allInnerTexts();
    },

    async webview() {
      const outer = await frameOf(page, "iframe.webview.ready");
      return frameOf(outer, "iframe#active-frame");
    },

    async reload() {
      const command = "Developer: Reload Window";
      const gone = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
      await Promise.all([gone, pick(page, "F1", `>${command}`, command)]);
      await standing(page);
    },
  };
}

/** Chooses what the quick input finds, once the choice that has the focus is the one that was meant. */
async function pick(page: Page, keys: string, text: string, choice: string): Promise<void> {
  const input = page.locator(".quick-input-widget input[type=text]");
  await until(page.locator(".quick-input-list .monaco-list-row.focused", { hasText: choice }), async () => {
    if (!(await input.isVisible())) await page.keyboard.press(keys);
    await input.fill("");
    await input.fill(text);
  });
  await input.press("Enter");
  await input.waitFor({ state: "hidden" });
}

/**
 * Does something until its effect is seen, with longer and longer waits: what has to answer (the palette's list, a provider of hovers)
 * may not be there yet, no event tells when it is, and VS Code asks only once.
 */
async function until(effect: Locator, act: (isFirst: boolean) => Promise<void>): Promise<void> {
  const first = 5_000;
  for (let timeout = first; ; timeout *= 2) {
    await act(timeout === first);
    try {
      await effect.waitFor({ timeout });
      return;
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || 2 * timeout > patience.step) throw error;
    }
  }
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
