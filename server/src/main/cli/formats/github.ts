import type { Effect } from "../../../engine/finding.ts";
import type { CheckReport } from "../report.ts";

const levels: Readonly<Record<Effect, string>> = {
  raises: "error",
  changes: "warning",
  deprecated: "notice",
  legacy: "notice",
};

/** Workflow commands, one a line, that GitHub shows as annotations of the pull request. */
export function toGithub({ findings, faults }: CheckReport): string {
  const lines = findings.map(({ effect, rule, message, path, cell, start, end }) => {
    // A notebook's lines are those of its JSON to GitHub: only the file can be named.
    const lines = { line: start.line, endLine: end.line, col: start.column, endColumn: end.column };
    const place = cell === undefined ? lines : {};
    const where = cell === undefined ? "" : `cell ${cell}, line ${start.line}: `;
    return command(levels[effect], { file: path, ...place, title: `${rule} (${effect})` }, where + message);
  });
  return [...lines, ...faults.map(({ path, message }) => command("error", { file: path }, message))].join("");
}

function command(level: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${level} ${list.join(",")}::${escapeData(message)}\n`;
}

const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const escapeProperty = (text: string): string => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
