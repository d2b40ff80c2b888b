import {
  commands,
  type Disposable,
  type ExtensionContext,
  Location,
  type LogOutputChannel,
  l10n,
  Position,
  Range,
  Uri,
  window,
  workspace,
} from "vscode";
import * as z from "zod/mini";
import {
  type ExplainParams,
  type ExplainResult,
  explainRequest,
  fixAllKind,
  openLessonCommand,
  showFindingsCommand,
} from "../../server/src/protocol.ts";
import type { Lessons, OpenRequest } from "./lessons/index.ts";
import type { Server } from "./server.ts";

export interface CommandPorts {
  readonly context: ExtensionContext;
  readonly channel: LogOutputChannel;
  readonly lessons: Lessons;
  readonly server: Server;
}

/** What a hover's link, a code action or another extension may pass to `openLesson`. */
const openRequest = z.object({
  lesson: z.optional(z.string().check(z.maxLength(200))),
  example: z.optional(
    z.object({
      code: z.string().check(z.maxLength(4000)),
      source: z.string().check(z.maxLength(500)),
      at: z.optional(
        z.object({
          uri: z.string().check(z.maxLength(4000)),
          position: z.object({ line: z.int().check(z.minimum(0)), character: z.int().check(z.minimum(0)) }),
        }),
      ),
    }),
  ),
});

export function registerCommands({ context, channel, lessons, server }: CommandPorts): Disposable[] {
  const own: Readonly<Record<string, (argument?: unknown) => unknown>> = {
    [openLessonCommand]: (argument) => lessons.open(requestOf(argument)),
    [showFindingsCommand]: (argument) => showFindings(argument),
    "sqlalchemyCoach.searchLessons": () => lessons.search(),
    "sqlalchemyCoach.explainHere": () => explainHere(server, lessons),
    "sqlalchemyCoach.fixAllSafe": () =>
      commands.executeCommand("editor.action.sourceAction", { kind: fixAllKind, apply: "first" }),
    "sqlalchemyCoach.openExample": () => openExample(context),
    "sqlalchemyCoach.openSettings": () =>
      commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    "sqlalchemyCoach.restartServer": async () => {
      await server.stop();
      await server.start();
    },
    "sqlalchemyCoach.showOutput": () => channel.show(),
  };
  return Object.entries(own).map(([name, run]) => commands.registerCommand(name, run));
}

const position = z.object({ line: z.int(), character: z.int() });

/** What a code lens passes: the places that it counts. */
const findingsShown = z.object({
  uri: z.string(),
  at: position,
  ranges: z.array(z.object({ start: position, end: position })).check(z.maxLength(10_000)),
});

/** The places of a code lens, in the editor's own list of places. */
async function showFindings(argument: unknown): Promise<void> {
  const parsed = z.safeParse(findingsShown, argument);
  if (!parsed.success) return;
  const { uri, at, ranges } = parsed.data;
  const target = Uri.parse(uri);
  const toPosition = ({ line, character }: z.infer<typeof position>): Position => new Position(line, character);
  const places = ranges.map(({ start, end }) => new Location(target, new Range(toPosition(start), toPosition(end))));
  await commands.executeCommand("editor.action.peekLocations", target, toPosition(at), places, "peek");
}

function requestOf(argument: unknown): OpenRequest {
  const parsed = z.safeParse(openRequest, argument);
  if (!parsed.success) return {};
  const { lesson, example } = parsed.data;
  const at = example?.at;
  return {
    ...(lesson !== undefined && { lesson }),
    ...(example && { example: { code: example.code, source: example.source } }),
    ...(at && { at }),
  };
}

/** Opens the lesson about the expression at the cursor, with that line as its example. */
async function explainHere({ client }: Server, lessons: Lessons): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor || !client) return;
  const { document, selection } = editor;
  const { line, character } = selection.active;
  const params: ExplainParams = { uri: document.uri.toString(), position: { line, character } };
  const found = await client.sendRequest<ExplainResult | null>(explainRequest, params);
  if (!found || found.lesson === "") {
    window.setStatusBarMessage(l10n.t("SQLAlchemy Coach has nothing to say about this place."), 4000);
    return;
  }
  await lessons.open({ lesson: found.lesson, example: { code: found.code, source: found.source }, at: params });
}

async function openExample({ extensionUri }: ExtensionContext): Promise<void> {
  const bytes = await workspace.fs.readFile(Uri.joinPath(extensionUri, "client/media/walkthrough/example.py"));
  const document = await workspace.openTextDocument({ language: "python", content: new TextDecoder().decode(bytes) });
  await window.showTextDocument(document);
}
