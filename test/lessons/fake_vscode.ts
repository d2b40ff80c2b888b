/**
 * As much of the `vscode` module as the lessons use, for running the real panel with the real page in a plain browser. What would be a
 * webview is a `FakeWebview`; the harness connects it to a page.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

type Listener<T> = (value: T) => unknown;

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();
  /** What listeners that answer later have not answered yet. */
  readonly running = new Set<Promise<unknown>>();
  readonly event = (listener: Listener<T>) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) {
      const done = Promise.resolve(listener(value)).finally(() => this.running.delete(done));
      this.running.add(done);
    }
  }
}

export class Uri {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(join(base.path, ...parts));
  }
}

export class FakeWebview {
  readonly received = new EventEmitter<unknown>();
  readonly sent: unknown[] = [];
  html = "";
  options: unknown;
  cspSource = "";
  deliver: (message: unknown) => Promise<void> = async () => undefined;
  readonly onDidReceiveMessage = this.received.event;
  asWebviewUri(uri: Uri): string {
    return `${this.cspSource}${uri.path.slice(uri.path.indexOf("/dist/"))}`;
  }
  async postMessage(message: unknown): Promise<boolean> {
    this.sent.push(message);
    await this.deliver(message);
    return true;
  }
}

export class FakePanel {
  readonly webview = new FakeWebview();
  readonly #viewState = new EventEmitter<unknown>();
  readonly #disposed = new EventEmitter<void>();
  readonly onDidChangeViewState = this.#viewState.event;
  readonly onDidDispose = this.#disposed.event;
  title: string;
  readonly column: unknown;
  visible = true;
  active = true;
  revealed = 0;
  constructor(title: string, column: unknown) {
    this.title = title;
    this.column = column;
  }
  reveal(): void {
    this.revealed++;
  }
  dispose(): void {
    this.#disposed.fire();
  }
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.active = visible;
    this.#viewState.fire({ webviewPanel: this });
  }
}

interface Serializer {
  deserializeWebviewPanel(panel: FakePanel, state: unknown): Promise<void>;
}

/** What the code under test did to the editor. */
export const seen = {
  panels: [] as FakePanel[],
  documents: [] as { language: string; content: string }[],
  serializer: undefined as Serializer | undefined,
  origin: "",
};

export const window = {
  activeTextEditor: {},
  createWebviewPanel(_type: string, title: string, column: unknown): FakePanel {
    const panel = new FakePanel(title, column);
    panel.webview.cspSource = seen.origin;
    seen.panels.push(panel);
    return panel;
  },
  registerWebviewPanelSerializer(_type: string, serializer: Serializer) {
    seen.serializer = serializer;
    return { dispose() {} };
  },
  async showTextDocument() {},
};

export const workspace = {
  fs: { readFile: async (uri: Uri) => new Uint8Array(await readFile(uri.path)) },
  async openTextDocument(document: { language: string; content: string }) {
    seen.documents.push(document);
    return document;
  },
};

export const l10n = {
  t: (text: string, ...values: unknown[]) =>
    values.length === 0 ? text : text.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
};
export const env = { language: "en" };
export const ViewColumn = { Active: -1, Beside: -2, One: 1 };
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export class ThemeIcon {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}
export class TreeItem {
  readonly label: string;
  readonly collapsibleState: number;
  constructor(label: string, collapsibleState = 0) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}
