import { l10n, type QuickPickItem, ThemeIcon, window } from "vscode";
import type { SearchIndex } from "../../../content/schema.ts";
import { type Entry, search } from "./search.ts";

interface Item extends QuickPickItem {
  readonly target: string;
}

/** Lets a person look for a lesson, a section, a rule or a term; `undefined` where they change their mind. */
export function pickTarget(index: Promise<SearchIndex>): Promise<string | undefined> {
  return new Promise((done) => {
    const pick = window.createQuickPick<Item>();
    pick.title = l10n.t("Search lessons and rules");
    pick.placeholder = l10n.t("A topic, a name such as session.get, or a rule");
    pick.busy = true;
    let known: SearchIndex = [];
    const fill = (query: string): void => {
      pick.items = search(known, query).map(toItem);
    };
    pick.onDidChangeValue(fill);
    pick.onDidAccept(() => {
      done(pick.selectedItems[0]?.target);
      pick.hide();
    });
    pick.onDidHide(() => {
      done(undefined);
      pick.dispose();
    });
    pick.show();
    index.then(
      (entries) => {
        known = entries;
        pick.busy = false;
        fill(pick.value);
      },
      () => pick.hide(),
    );
  });
}

function toItem(entry: Entry): Item {
  // Ranked already: the list's own filter would sort by spelling alone, and hide what was found by a name.
  return {
    label: entry.title,
    description: entry.where,
    iconPath: new ThemeIcon(icons[entry.kind]),
    target: entry.target,
    alwaysShow: true,
  };
}

const icons: Readonly<Record<Entry["kind"], string>> = {
  lesson: "mortar-board",
  section: "bookmark",
  rule: "warning",
  term: "symbol-keyword",
};
