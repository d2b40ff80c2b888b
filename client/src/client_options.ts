import { type LogOutputChannel, l10n, workspace } from "vscode";
import { type LanguageClientOptions, RevealOutputChannelOn } from "vscode-languageclient";
import { type InitializationOptions, openLessonCommand } from "../../server/src/protocol.ts";
import type { CrashGuard } from "./crash_guard.ts";
import { reach } from "./milestones.ts";

/** Schemes of documents that a person works on: not those of version control's and the debugger's read-only views. */
const schemes = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs", "vscode-remote"];

/** Python documents, wherever the workspace's folders are. */
export function pythonDocuments(): { language: string; scheme: string }[] {
  const own = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  return [...new Set([...schemes, ...own])].map((scheme) => ({ language: "python", scheme }));
}

export function clientOptions(channel: LogOutputChannel, guard: CrashGuard): LanguageClientOptions {
  return {
    documentSelector: pythonDocuments(),
    outputChannel: channel,
    traceOutputChannel: channel,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    diagnosticCollectionName: "sqlalchemyCoach",
    diagnosticPullOptions: { onChange: true, onSave: true },
    // The server's Markdown may name this one command and no other.
    markdown: { isTrusted: { enabledCommands: [openLessonCommand] }, supportHtml: false },
    errorHandler: guard.errorHandler,
    // Asked anew at every start, so that a restart knows today's settings and what killed the last server.
    initializationOptions: (): InitializationOptions => ({
      // The editor's object has methods, which no message to a worker can carry.
      settings: JSON.parse(JSON.stringify(workspace.getConfiguration("sqlalchemyCoach"))),
      lessonCommand: true,
      findingsCommand: true,
      files: true,
      status: true,
      quarantine: guard.quarantine(),
      ...(l10n.bundle && { strings: l10n.bundle }),
    }),
    initializationFailedHandler: () => false,
    middleware: {
      async provideHover(document, position, token, next) {
        const hover = await next(document, position, token);
        if (hover) reach("hovered");
        return hover;
      },
      async resolveCodeAction(item, token, next) {
        const resolved = await next(item, token);
        if (resolved?.edit) reach("fixed");
        return resolved;
      },
      async provideDiagnostics(document, previous, token, next) {
        const report = await next(document, previous, token);
        if (report && "items" in report && report.items.length > 0) reach("analysed");
        return report;
      },
    },
  };
}
