import { type ExtensionContext, type LogOutputChannel, l10n, window } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import {
  type AnalysingParams,
  analysingNotification,
  openLessonCommand,
  statusNotification,
} from "../../server/src/protocol.ts";
import { clientOptions } from "./client_options.ts";
import { registerCommands } from "./commands.ts";
import { createCrashGuard } from "./crash_guard.ts";
import { createCode } from "./lessons/code.ts";
import { createLessons } from "./lessons/index.ts";
import { linkHandler } from "./links.ts";
import { createServer, type MakeClient, type Server } from "./server.ts";
import { createStatus } from "./status.ts";
import { createTour } from "./tour/index.ts";
import { serveFiles } from "./workspace_files.ts";

/** What the two entry points differ in: how a client and its server are made. */
export type StartServer = (context: ExtensionContext, channel: LogOutputChannel) => MakeClient;

let running: Server | undefined;

/** Registers everything at once and starts the server without waiting: an editor must not wait for us. */
export function activate(context: ExtensionContext, startServer: StartServer): void {
  const channel = window.createOutputChannel("SQLAlchemy Coach", { log: true });
  const guard = createCrashGuard();
  const lessons = createLessons(
    context,
    openLessonCommand,
    createCode(() => running?.client),
  );
  const status = createStatus(() => running);
  const server = createServer({
    make: startServer(context, channel),
    options: () => clientOptions(channel, guard),
    starting: (client) => listen(client),
    started() {
      status.refresh();
      void tour.changed();
      lessons.codeChanged();
    },
    failed(error) {
      const reason = l10n.t("The SQLAlchemy Coach server could not start.");
      channel.error(error instanceof Error ? error : String(error));
      status.failed(reason);
      void offerOutput(reason, channel);
    },
  });
  running = server;
  const tour = createTour({
    context,
    server,
    lessonTitle: lessons.titleOf,
    openLessons: () => lessons.open(),
  });

  function listen(client: BaseLanguageClient): void {
    serveFiles(client);
    client.onNotification(analysingNotification, (params: AnalysingParams) => guard.working(params));
    client.onNotification(statusNotification, () => {
      status.refresh();
      void tour.changed();
      lessons.codeChanged();
    });
  }

  context.subscriptions.push(
    channel,
    status,
    tour,
    ...registerCommands({ context, channel, lessons, server }),
    window.createTreeView("sqlalchemyCoach.lessonTree", { treeDataProvider: lessons.tree }),
    window.registerUriHandler(linkHandler(lessons)),
    window.onDidChangeWindowState(({ focused }) => {
      if (focused) void lessons.refocused();
    }),
  );
  status.starting();
  void server.start();
  void tour.resume();
}

export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** The only notification that we ever show: without a server there is nothing else to see. */
async function offerOutput(reason: string, channel: LogOutputChannel): Promise<void> {
  const show = l10n.t("Show output");
  if ((await window.showErrorMessage(reason, show)) === show) channel.show();
}
