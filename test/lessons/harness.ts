/**
 * The real panel and the real page, joined without VS Code: the built page (dist/webview, dist/content) in headless Chromium under the
 * panel's own policy, with a fake `acquireVsCodeApi` and the variables of a theme.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Code } from "../../client/src/lessons/code.ts";
import type { Lessons } from "../../client/src/lessons/index.ts";
import { patience } from "../harness/patience.ts";
import { systemTools } from "../host/tools.ts";
import { logProgress } from "../host/workbench.ts";
import type * as Fake from "./fake_vscode.ts";
import { type MemoryStore, memoryStore } from "./memory_store.ts";
import { root } from "./root.ts";
import { THEMES, type ThemeName } from "./themes.ts";
import { bundleUnderTest } from "./under_test_bundle.ts";

export interface OpenOptions {
  readonly lesson?: string;
  readonly example?: { code: string; source: string };
  /** What the server knows of the reader's code; without it there is no server. */
  readonly code?: Partial<Code>;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly reducedMotion?: boolean;
  /** Files of the page that can't be had, by their address. */
  readonly missing?: RegExp;
  /** What an earlier window kept: progress, and the page's own state, with which the panel is then restored. */
  readonly store?: MemoryStore;
  readonly state?: unknown;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Opened {
  readonly page: Page;
  readonly lessons: Lessons;
  readonly panel: Fake.FakePanel;
  readonly fake: typeof Fake;
  readonly store: MemoryStore;
  /** What the page kept last with `setState`. */
  readonly state: () => unknown;
  /** Errors of the page, among them everything that its policy refused. */
  readonly errors: readonly string[];
  /** Requests to anywhere but the extension's own files. */
  readonly strays: readonly string[];
  /** Waits until every message of the page has been answered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface Harness {
  open(options?: OpenOptions): Promise<Opened>;
  close(): Promise<void>;
}

const noCode: Code = {
  places: async () => ({ state: "unavailable", places: [], counts: {}, files: 0, left: 0, busy: false }),
  open: async () => undefined,
  explain: async () => undefined,
  judge: async () => undefined,
};

export async function startHarness(): Promise<Harness> {
  const { chromium: executablePath } = await systemTools(["chromium"], logProgress);
  const load = await bundleUnderTest();
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    timeout: patience.step,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const pages = new Map<string, () => string>();
  const server = await serve(pages);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let count = 0;

  return {
    async open(options = {}) {
      count++;
      const { createLessons, fake } = await load();
      fake.seen.origin = origin;
      const store = options.store ?? memoryStore();
      const context = { extensionUri: new fake.Uri(root), globalState: store, subscriptions: [] };
      const lessons = createLessons(
        context as never,
        "sqlalchemyCoach.openLesson",
        { ...noCode, ...options.code },
        options.now,
      );
      if (options.state === undefined) {
        await lessons.open({
          ...(options.lesson === undefined ? {} : { lesson: options.lesson }),
          ...(options.example === undefined ? {} : { example: options.example }),
          ...(options.code?.explain && { at: { uri: "file:///w/app.py", position: { line: 0, character: 0 } } }),
        });
      } else {
        const restored = fake.window.createWebviewPanel("", "", undefined);
        await fake.seen.serializer?.deserializeWebviewPanel(restored, options.state);
      }
      const panel = fake.seen.panels.at(-1);
      if (panel === undefined) throw new Error("no panel was made");
      return connect({ browser, options, panel, lessons, fake, store, pages, url: `${origin}/page/${count}` });
    },
    async close() {
      await browser.close();
      await new Promise((done) => server.close(done));
    },
  };
}

interface Connection {
  readonly browser: Browser;
  readonly options: OpenOptions;
  readonly panel: Fake.FakePanel;
  readonly lessons: Lessons;
  readonly fake: typeof Fake;
  readonly store: MemoryStore;
  readonly pages: Map<string, () => string>;
  readonly url: string;
}

async function connect({ browser, options, panel, pages, url, ...rest }: Connection): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1200, height: 900 },
    reducedMotion: options.reducedMotion === true ? "reduce" : "no-preference",
  });
  context.setDefaultTimeout(patience.step);
  const page = await context.newPage();
  const errors: string[] = [];
  const strays: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("request", (request) => {
    const { origin } = new URL(url);
    if (!request.url().startsWith(origin) && !request.url().startsWith(`blob:${origin}`)) strays.push(request.url());
  });

  let state = options.state;
  const pending = new Set<Promise<unknown>>();
  await page.exposeFunction("coachPost", (message: unknown) => panel.webview.received.fire(message));
  await page.exposeFunction("coachKeep", (next: unknown) => {
    state = next;
  });
  panel.webview.deliver = (message) => {
    const delivered = page.evaluate((data) => window.postMessage(data, "*"), message).catch(() => undefined);
    pending.add(delivered);
    return delivered.then(() => void pending.delete(delivered));
  };
  await page.addInitScript(pretendToBeVsCode, { state, ...THEMES[options.theme ?? "dark"] });
  if (options.missing) await page.route(options.missing, (route) => route.abort());
  pages.set(new URL(url).pathname, () => panel.webview.html);
  const settled = async () => {
    const { running } = panel.webview.received;
    const drawn = () =>
      page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    // What the page said before it draws has been heard when it has drawn; an answer may make it say more.
    await drawn();
    while (running.size + pending.size > 0) {
      await Promise.all([...running, ...pending]);
      await drawn();
    }
  };
  await page.goto(url);
  await page.locator("main:not([aria-busy])").waitFor();
  await settled();

  return {
    page,
    panel,
    ...rest,
    errors,
    strays,
    state: () => state,
    settled,
    close: () => context.close(),
  };
}

/** Runs in the page, ahead of its own script. */
function pretendToBeVsCode(given: {
  state: unknown;
  bodyClass: string;
  variables: Readonly<Record<string, string>>;
}): void {
  const coach = window as unknown as { coachPost(message: unknown): void; coachKeep(state: unknown): void };
  const kept = sessionStorage.getItem("state");
  let state = kept === null ? given.state : JSON.parse(kept);
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => coach.coachPost(message),
      getState: () => state,
      setState(next: unknown) {
        state = next;
        sessionStorage.setItem("state", JSON.stringify(next));
        coach.coachKeep(next);
      },
    }),
  });
  const dress = () => {
    for (const [name, value] of Object.entries(given.variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.className = given.bodyClass;
  };
  new MutationObserver((_, observer) => {
    if (document.body === null) return;
    observer.disconnect();
    dress();
  }).observe(document, { childList: true, subtree: true });
}

/** Serves dist/webview and, under /page/N, the frame that panel N made. */
async function serve(pages: ReadonlyMap<string, () => string>): Promise<Server> {
  const types: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css" };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const html = pages.get(pathname);
    const file = /^\/dist\/(?:webview|runtime)\/[a-z]+\.(js|css|json|wasm|zip|py)$/.exec(pathname);
    if (html !== undefined) response.writeHead(200, { "content-type": "text/html" }).end(html());
    else if (file === null) response.writeHead(404).end();
    else
      response.writeHead(200, { "content-type": types[file[1] ?? ""] ?? "" }).end(readFileSync(join(root, pathname)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}
