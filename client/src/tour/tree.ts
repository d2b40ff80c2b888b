import { EventEmitter, l10n, ThemeIcon, type TreeDataProvider, TreeItem, TreeItemCollapsibleState } from "vscode";
import { tourCommands } from "./commands.ts";
import { effectName } from "./note.ts";
import { isSkipped, type Progress } from "./progress.ts";
import { type Family, isSame, type Stop } from "./route.ts";

export type TourNode =
  | { readonly kind: "family"; readonly family: Family }
  | { readonly kind: "stop"; readonly stop: Stop };

export interface TourTree extends TreeDataProvider<TourNode> {
  /** Nothing is shown, and so the view's welcome, while `families` is empty. */
  show(families: readonly Family[], progress: Progress): void;
}

/** The families with what is done of each, and their findings. */
export function createTourTree(): TourTree {
  const changed = new EventEmitter<void>();
  let shown: { readonly families: readonly Family[]; readonly progress: Progress } | undefined;

  function familyItem(family: Family): TreeItem {
    const { rule, title, done, total, left, skipped } = family;
    const isCurrent = shown?.progress.at?.rule === rule && left > 0;
    const state =
      left === 0
        ? TreeItemCollapsibleState.None
        : isCurrent
          ? TreeItemCollapsibleState.Expanded
          : TreeItemCollapsibleState.Collapsed;
    const item = new TreeItem(rule, state);
    item.id = `${rule}:${state}`;
    item.iconPath = new ThemeIcon(left === 0 ? "pass-filled" : isCurrent ? "play-circle" : "circle-large-outline");
    const counts = l10n.t("{0} of {1} done", done, total);
    const parts = [effectName(family.effect), counts, ...(skipped > 0 ? [l10n.t("{0} skipped", skipped)] : [])];
    item.description = parts.join(" · ");
    item.tooltip = title;
    item.accessibilityInformation = { label: `${title}, ${parts.join(", ")}` };
    return item;
  }

  function stopItem(stop: Stop): TreeItem {
    const { path, range, code, uri, rule, key } = stop;
    const place = `${path.slice(path.lastIndexOf("/") + 1)}:${range.start.line + 1}`;
    const item = new TreeItem(place, TreeItemCollapsibleState.None);
    const skipped = shown ? isSkipped(shown.progress, stop) : false;
    const isCurrent = shown?.progress.at !== undefined && isSame(shown.progress.at, stop);
    item.id = `${rule} ${uri} ${key}`;
    item.iconPath = new ThemeIcon(isCurrent ? "arrow-right" : skipped ? "debug-step-over" : iconOf(stop));
    item.description = code;
    item.tooltip = `${path}:${range.start.line + 1}\n${code}`;
    const parts = [place, ...(skipped ? [l10n.t("skipped")] : []), code];
    item.accessibilityInformation = { label: parts.join(", ") };
    item.command = { command: tourCommands.goTo, title: l10n.t("Open"), arguments: [{ rule, uri, key }] };
    return item;
  }

  return {
    onDidChangeTreeData: changed.event,
    show(families, progress) {
      shown = { families, progress };
      changed.fire();
    },
    getChildren(node) {
      if (node === undefined) return (shown?.families ?? []).map((family) => ({ kind: "family", family }));
      return node.kind === "family" ? node.family.stops.map((stop) => ({ kind: "stop", stop })) : [];
    },
    getTreeItem: (node) => (node.kind === "family" ? familyItem(node.family) : stopItem(node.stop)),
  };
}

/** By what there is to do: apply, look first, write. */
const iconOf = ({ safety }: Stop): string => ({ safe: "lightbulb", review: "eye", explain: "edit" })[safety];
