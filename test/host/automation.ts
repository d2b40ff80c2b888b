import type { Page } from "playwright-core";
import { lineMarker } from "./suite/marker.ts";

/** How a suite ended in its host. */
export interface SuiteResult {
  /** 0 when every test passed. */
  readonly code: number;
  /** The lines that mocha printed. */
  readonly output: readonly string[];
  /** What else the host logged: the place to look when `output` does not explain the code. */
  readonly log: readonly string[];
}

/** Takes text that a host printed, in pieces or lines, and tells mocha's report from everything else. */
export function suiteReport() {
  const output: string[] = [];
  const log: string[] = [];
  return {
    output,
    log,
    add(text: string): void {
      for (const line of text.split("\n")) {
        const at = line.indexOf(lineMarker);
        if (at < 0) {
          log.push(line);
          continue;
        }
        output.push(line.slice(at + lineMarker.length));
      }
    },
  };
}

/**
 * Lets the workbench in a page report a test run: VS Code brings an extension host's console to `codeAutomationLog`, and its end
 * to `codeAutomationExit`. Opens the page's address afterwards.
 *
 * @param limit milliseconds
 * @param onLine is called with each line of the report once that is whole: other tests print at the same time
 * @throws with all that the host logged when the page goes away or the time is over
 */
export async function automate(
  page: Page,
  url: string,
  limit: number,
  onLine: (line: string) => void,
): Promise<SuiteResult> {
  const { output, log, add } = suiteReport();
  page.on("pageerror", (error) => log.push(`page error: ${error.message}`));
  await page.exposeFunction("codeAutomationLog", (_type: string, args: readonly unknown[]) =>
    add(args.map(String).join(" ")),
  );
  let timer: NodeJS.Timeout | undefined;
  const result = new Promise<SuiteResult>((done, failed) => {
    const fail = (why: string) =>
      failed(new Error([`the suite's host ${why}`, ...output, ...log.slice(-60)].join("\n")));
    timer = setTimeout(() => fail(`did not finish in ${limit / 1000} s`), limit);
    page.once("crash", () => fail("crashed"));
    page.once("close", () => fail("was closed"));
    page
      .exposeFunction("codeAutomationExit", (code: number) => done({ code, output, log }))
      .then(() => page.goto(url))
      .catch(failed);
  });
  try {
    return await result;
  } finally {
    clearTimeout(timer);
    for (const line of output) onLine(line);
  }
}
