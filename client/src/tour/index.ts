import { commands, Disposable, type ExtensionContext, l10n, StatusBarAlignment, type TreeView, window } from "vscode";
import * as z from "zod/mini";
import type { Server } from "../server.ts";
import { tourCommands } from "./commands.ts";
import { createGuide, type Guide, type View } from "./guide.ts";
import type { Place } from "./progress.ts";
import { createTourServer } from "./server.ts";
import { createNote } from "./thread.ts";
import { createTourTree, type TourNode } from "./tree.ts";

export interface TourPorts {
  readonly context: ExtensionContext;
  readonly server: Server;
  readonly lessonTitle: (lesson: string) => Promise<string | undefined>;
  readonly openLessons: () => Promise<void>;
}

/** The guided migration: the person's own findings, one family at a time, in their editor. */
export interface Tour extends Disposable {
  /** Goes on where a reload interrupted it; a server that runs is waited for. */
  resume(): Promise<void>;
  /** Code changed. */
  changed(): Promise<void>;
}

export function createTour({ context, server, lessonTitle, openLessons }: TourPorts): Tour {
  const note = createNote();
  const tree = createTourTree();
  const view = window.createTreeView("sqlalchemyCoach.tourTree", { treeDataProvider: tree });
  const item = window.createStatusBarItem("sqlalchemyCoach.tour", StatusBarAlignment.Left);
  item.name = l10n.t("Guided migration");
  item.command = tourCommands.goTo;
  const guide = createGuide({
    store: context.workspaceState,
    server: createTourServer(server),
    note,
    lessonTitle,
    openLessons,
    shown: ({ families, progress, label }) => {
      void commands.executeCommand("setContext", "sqlalchemyCoach.touring", label !== undefined);
      tree.show(families, progress);
      summarise(view, { families, progress, label });
      item.text = `$(mortar-board) ${label ?? ""}`;
      item.tooltip = l10n.t("Guided migration: go to the step");
      if (label === undefined) item.hide();
      else item.show();
    },
  });
  const all = Disposable.from(note, view, item, ...registered(guide));
  return { resume: guide.resume, changed: guide.changed, dispose: () => all.dispose() };
}

function summarise(view: TreeView<TourNode>, { families, label }: View): void {
  const total = families.reduce((sum, family) => sum + family.total, 0);
  const done = families.reduce((sum, family) => sum + family.done, 0);
  view.description = total === 0 ? "" : l10n.t("{0} of {1} done", done, total);
  view.badge =
    label === undefined ? undefined : { value: total - done, tooltip: l10n.t("{0} findings are left", total - done) };
}

function registered(guide: Guide): Disposable[] {
  const { goTo, ...named } = tourCommands;
  return [
    ...Object.entries(named).map(([name, command]) =>
      commands.registerCommand(command, () => guide[name as keyof typeof named]()),
    ),
    commands.registerCommand(goTo, (place?: unknown) => guide.goTo(toPlace(place))),
  ];
}

const Shape = z.object({ rule: z.string(), uri: z.string(), key: z.string() });

function toPlace(argument: unknown): Place | undefined {
  const parsed = z.safeParse(Shape, argument);
  return parsed.success ? parsed.data : undefined;
}
