import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../../../../package.json";
import { effects, targets } from "../../engine/finding.ts";
import { unknownName } from "../../service/nearest.ts";
import type { CheckOptions } from "./check.ts";
import type { ExplainOptions } from "./explain.ts";
import type { FixCommandOptions } from "./fix.ts";
import type { Status } from "./run.ts";
import { UsageError } from "./usage_error.ts";

/** Runs one command line. Answers the exit status; `undefined` where the process goes on, as a server. */
export async function runCommandLine(argumentsGiven: readonly string[]): Promise<Status | undefined> {
  let status: Status | undefined = 0;
  const program = programFor((answer) => {
    status = answer;
  });
  try {
    await program.parseAsync([...argumentsGiven], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const what = error instanceof UsageError ? error.message : `internal error: ${messageOf(error)}`;
    process.stderr.write(`sqlalchemy-coach: ${oneLine(what)}\n`);
    return 2;
  }
}

function programFor(finish: (status: Status | undefined) => void): Command {
  const program = new Command("sqlalchemy-coach")
    .description("Says what in Python code SQLAlchemy 2 changes, fixes it, and explains each call.")
    .version(version)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`sqlalchemy-coach: ${oneLine(text.replace(/^error: /, ""))}\n`),
    })
    .addHelpText("after", statuses);

  program
    .command("check")
    .description("report 1.x patterns, each with its effect on the target release")
    .argument("[paths...]", "files and folders; - is standard input", ["."])
    .addOption(target())
    .addOption(format("text", "json", "sarif", "github"))
    .addOption(select())
    .addOption(ignore())
    .addOption(new Option("--effect <effects>", `report only these: ${effects.join(", ")}`).argParser(effectList))
    .addOption(failOn())
    .option("--baseline <file>", "report only what this file does not list")
    .option("--write-baseline <file>", "list all present findings in this file")
    .addOption(jobs())
    .addOption(stdinFilename())
    .addOption(cacheFolder())
    .addOption(noCache())
    .action(async (paths: string[], options: CheckOptions) =>
      finish(await (await import("./check.ts")).check(paths, options)),
    );

  program
    .command("fix")
    .description("print the fixes as a unified diff, or apply them")
    .argument("[paths...]", "files and folders; - is standard input", ["."])
    .addOption(new Option("--safety <safety>", "how far a fix is to be proved").choices(["safe", "review"]))
    .addOption(select())
    .addOption(ignore())
    .addOption(target())
    .addOption(new Option("--diff", "print a unified diff (unless told otherwise)").conflicts(["write", "check"]))
    .addOption(new Option("--write", "change the files").conflicts(["diff", "check"]))
    .addOption(new Option("--check", "exit with 1 if a file would change").conflicts(["diff", "write"]))
    .addOption(format("text", "json"))
    .addOption(failOn())
    .addOption(jobs())
    .addOption(stdinFilename())
    .addOption(cacheFolder())
    .addOption(noCache())
    .action(async (paths: string[], options: FixCommandOptions & { write?: true; check?: true }) => {
      const mode = options.write ? "write" : options.check ? "check" : "diff";
      finish(await (await import("./fix.ts")).fix(paths, { ...options, mode }));
    });

  program
    .command("explain")
    .description("say what stands at a place: Core or ORM, which API, and why we believe so")
    .argument("<place>", "FILE:LINE:COLUMN, from 1; in a notebook FILE:cell N:LINE:COLUMN")
    .addOption(target())
    .addOption(format("text", "json"))
    .action(async (place: string, options: ExplainOptions) =>
      finish(await (await import("./explain.ts")).explain(place, options)),
    );

  program
    .command("rules")
    .description("list the rules, or show one with its examples")
    .argument("[rule]", "a rule or a family")
    .addOption(format("text", "json"))
    .action(async (rule: string | undefined, options: { format: "text" | "json" }) =>
      finish(await (await import("./rules.ts")).rules(rule, options)),
    );

  program
    .command("lsp")
    .description("be the language server")
    .requiredOption("--stdio", "talk over standard input and output")
    .action(async () => {
      (await import("./lsp.ts")).lsp();
      finish(undefined);
    });

  return program;
}

const statuses = `
Exit status: 0 nothing at or above --fail-on; 1 something; 2 unusable arguments or settings, or nothing could be read.
Defaults come from [tool.sqlalchemy-coach] in the nearest pyproject.toml that has it.`;

const target = (): Option =>
  new Option("--target <release>", "the release of SQLAlchemy to judge for").choices(targets);
const format = (...formats: string[]): Option => new Option("--format <format>").choices(formats).default("text");
const select = (): Option => new Option("--select <rules>", "only these rules or families").argParser(names);
const ignore = (): Option => new Option("--ignore <rules>", "all but these rules or families").argParser(names);
const failOn = (): Option =>
  new Option("--fail-on <effect>", "exit with 1 from this effect on").choices([...effects, "never"]);
const jobs = (): Option => new Option("--jobs <number>", "threads; without it as many as pay").argParser(positive);
const stdinFilename = (): Option =>
  new Option("--stdin-filename <file>", "where the text of standard input is said to lie");
const cacheFolder = (): Option =>
  new Option("--cache-dir <folder>", "where findings are kept for the next run; else the user's cache folder");
const noCache = (): Option => new Option("--no-cache", "analyse everything anew, and keep nothing");

function names(value: string, before: readonly string[] = []): readonly string[] {
  const parts = value.split(",").map((name) => name.trim());
  return [...before, ...parts.filter((name) => name !== "")];
}

function effectList(value: string, before: readonly string[] = []): readonly string[] {
  const list = names(value, before);
  for (const name of list) {
    if (!effects.some((effect) => effect === name))
      throw new InvalidArgumentError(unknownName("effect", name, effects));
  }
  return list;
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It is a whole number from 1 on.");
  return number;
}

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
