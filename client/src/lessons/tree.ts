import { EventEmitter, l10n, ThemeIcon, type TreeDataProvider, TreeItem, TreeItemCollapsibleState } from "vscode";
import type { Index } from "../../../content/schema.ts";
import type { Content } from "./content.ts";
import type { Progress } from "./progress.ts";

type Lesson = Index["lessons"][number];

export type LessonNode =
  | { readonly kind: "review"; readonly due: number }
  | { readonly kind: "lesson"; readonly lesson: Lesson; readonly number: number }
  | { readonly kind: "section"; readonly lesson: Lesson; readonly section: Lesson["sections"][number] }
  | { readonly kind: "rules"; readonly rules: Index["rules"] }
  | { readonly kind: "rule"; readonly rule: Index["rules"][number] };

export interface LessonTree extends TreeDataProvider<LessonNode> {
  refresh(): void;
}

/** The lessons with what has been read and answered, and the rules, for the activity bar. Choosing an item runs `command` with a target. */
export function createTree(
  content: () => Promise<Content>,
  progress: () => Promise<Progress>,
  command: string,
): LessonTree {
  const changed = new EventEmitter<void>();
  const open = (target: string) => ({ command, title: l10n.t("Open"), arguments: [{ lesson: target }] });
  let known: Progress | undefined;

  function lessonItem(lesson: Lesson, number: number): TreeItem {
    const visited = new Set(known?.visited(lesson.id));
    const read = lesson.sections.filter(({ id }) => visited.has(id)).length;
    const questions = lesson.sections.flatMap((section) => section.questions);
    const right = questions.filter((id) => known?.answerTo(lesson.id, id)?.right === true).length;
    const item = new TreeItem(`${number}. ${lesson.title}`, TreeItemCollapsibleState.Collapsed);
    const done = read === lesson.sections.length && right === questions.length;
    item.iconPath = new ThemeIcon(done ? "pass-filled" : read > 0 ? "circle-large-filled" : "circle-large-outline");
    item.description =
      read === 0
        ? l10n.t("{0} min", lesson.minutes)
        : l10n.t("{0}/{1} read, {2}/{3} right", read, lesson.sections.length, right, questions.length);
    item.tooltip = lesson.idea;
    item.command = open(lesson.id);
    return item;
  }

  function sectionItem(lesson: Lesson, section: Lesson["sections"][number]): TreeItem {
    const read = known?.visited(lesson.id).includes(section.id) ?? false;
    const item = new TreeItem(section.title);
    item.iconPath = new ThemeIcon(read ? "check" : "circle-outline");
    item.accessibilityInformation = { label: read ? l10n.t("{0}, read", section.title) : section.title };
    item.command = open(`${lesson.id}#${section.id}`);
    return item;
  }

  function reviewItem(due: number): TreeItem {
    const item = new TreeItem(l10n.t("Review"));
    item.iconPath = new ThemeIcon("history");
    item.description = l10n.t("{0} due", due);
    item.command = open("review");
    return item;
  }

  function rulesItem(rules: Index["rules"]): TreeItem {
    const item = new TreeItem(l10n.t("Rules"), TreeItemCollapsibleState.Collapsed);
    item.iconPath = new ThemeIcon("checklist");
    item.description = String(rules.length);
    item.tooltip = l10n.t("What is looked for in your code, and what to do about it");
    return item;
  }

  function ruleItem({ id, title }: Index["rules"][number]): TreeItem {
    const item = new TreeItem(id);
    item.iconPath = new ThemeIcon("book");
    item.description = title;
    item.tooltip = title;
    item.accessibilityInformation = { label: `${id}, ${title}` };
    item.command = open(`rule:${id}`);
    return item;
  }

  return {
    onDidChangeTreeData: changed.event,
    refresh: () => changed.fire(),
    async getChildren(node) {
      if (node === undefined) {
        known = await progress();
        const due = known.due().length;
        const { lessons, rules } = (await content()).index;
        return [
          ...(due > 0 ? [{ kind: "review" as const, due }] : []),
          ...lessons.map((lesson, at) => ({ kind: "lesson" as const, lesson, number: at + 1 })),
          { kind: "rules", rules },
        ];
      }
      if (node.kind === "rules") return node.rules.map((rule) => ({ kind: "rule", rule }));
      if (node.kind !== "lesson") return [];
      return node.lesson.sections.map((section) => ({ kind: "section" as const, lesson: node.lesson, section }));
    },
    getTreeItem(node) {
      switch (node.kind) {
        case "review":
          return reviewItem(node.due);
        case "lesson":
          return lessonItem(node.lesson, node.number);
        case "section":
          return sectionItem(node.lesson, node.section);
        case "rules":
          return rulesItem(node.rules);
        case "rule":
          return ruleItem(node.rule);
      }
    },
  };
}
