import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { root } from "./root.ts";

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules that look at colours: another theme can change the answers of these and no others. */
const colours = ["color-contrast", "link-in-text-block"];

/** What axe finds, of whatever weight: nothing is let pass. */
export async function audit(page: Page, rules: "all" | "colours" = "all"): Promise<readonly unknown[]> {
  if (!(await page.evaluate("'axe' in window")))
    await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const runOnly = rules === "all" ? standards : { type: "rule", values: colours };
  // The thousands of nodes that pass are not worth their way out of the page.
  const options = { runOnly, resultTypes: ["violations"] };
  const violations: AxeResults["violations"] = await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    where: nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).slice(0, 4),
  }));
}
