import { l10n, window } from "vscode";
import type { TourFamily, TourFixParams } from "../../../server/src/protocol.ts";
import { ending, nothingFound, type Offer } from "./ending.ts";
import { goneNote, stopNote } from "./note.ts";
import {
  isSkipped,
  noted,
  type Place,
  type Progress,
  readProgress,
  type Store,
  skipping,
  withoutSkips,
  writeProgress,
} from "./progress.ts";
import { type Family, familiesOf, nextStop, numberOf, previousStop, type Stop, stopAt } from "./route.ts";
import type { TourServer } from "./server.ts";
import type { Note } from "./thread.ts";

export interface GuidePorts {
  readonly store: Store;
  readonly server: TourServer;
  readonly note: Note;
  readonly lessonTitle: (lesson: string) => Promise<string | undefined>;
  readonly openLessons: () => Promise<void>;
  /** Everything else that shows where the tour is. */
  readonly shown: (view: View) => void;
}

/** What the tree and the status bar show. */
export interface View {
  readonly families: readonly Family[];
  readonly progress: Progress;
  /** "3 of 12 · query-get"; `undefined` between two tours. */
  readonly label: string | undefined;
}

/** The tour itself: where it is, and what each button does. Every finding and every edit is the server's. */
export interface Guide {
  start(): Promise<void>;
  /** Goes on with a tour that a reload interrupted, without taking the editor from anything that it shows. */
  resume(): Promise<void>;
  next(): Promise<void>;
  previous(): Promise<void>;
  skip(): Promise<void>;
  apply(): Promise<void>;
  applyFamily(): Promise<void>;
  /** A step, or without one the step where the tour is. */
  goTo(place?: Place): Promise<void>;
  stop(): Promise<void>;
  /** Code changed: looks again, if a tour is on. */
  changed(): Promise<void>;
}

export function createGuide({ store, server, note, lessonTitle, openLessons, shown }: GuidePorts): Guide {
  let progress = readProgress(store);
  let found: readonly TourFamily[] = [];
  let families: readonly Family[] = [];
  /** The steps as they were when the present one was last among them. */
  let order: readonly Place[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  let isLookDue = false;

  const current = (): Stop | undefined => stopAt(families, progress.at);
  const familyHere = (): Family | undefined => families.find(({ rule }) => rule === progress.at?.rule);

  function set(next: Progress): void {
    progress = next;
    families = familiesOf(progress, found);
  }

  /** Tells whether there was an answer. */
  async function look(ask = server.families): Promise<boolean> {
    const result = await ask();
    if (!result) return false;
    const next = noted(progress, found, result.families);
    found = result.families;
    set(next);
    if (current() || order.length === 0) order = families.flatMap(({ stops }) => stops);
    return true;
  }

  async function show(): Promise<void> {
    await writeProgress(store, progress);
    const stop = current();
    const family = familyHere();
    const label = stop && family ? l10n.t("{0} of {1} · {2}", numberOf(family, stop), family.total, family.rule) : "";
    const between = family ? l10n.t("{0} of {1} done · {2}", family.done, family.total, family.rule) : "";
    shown({ families, progress, label: progress.running ? label || between : undefined });
    if (!family || !progress.running) return note.hide();
    const title = await lessonTitle(family.lesson);
    if (stop) note.show(stop, label, stopNote(stop, family, title));
    else note.gone(between, goneNote(family, title));
  }

  async function go({ rule, uri, key }: Place): Promise<void> {
    set({ ...progress, running: true, at: { rule, uri, key } });
    const stop = current();
    if (!stop) return;
    order = families.flatMap(({ stops }) => stops);
    await note.reveal(stop);
    await show();
  }

  async function onward(): Promise<void> {
    const next = nextStop(families, progress, progress.at, order);
    if (next) return go(next);
    const here = current();
    if (!here || isSkipped(progress, here)) return finish();
    await show();
    window.setStatusBarMessage(l10n.t("This is the last one: fix it or skip it."), 5000);
  }

  async function finish(): Promise<void> {
    await end();
    offer(ending(families));
  }

  async function end(): Promise<void> {
    const { at: _, ...rest } = progress;
    set({ ...rest, running: false });
    await show();
  }

  /** Not waited for: a message may stand for hours. */
  function offer({ text, button, opens }: Offer): void {
    void window.showInformationMessage(text, button).then((chosen) => {
      if (chosen !== button) return undefined;
      return opens === "lessons" ? openLessons() : inTurn(again);
    });
  }

  async function again(): Promise<void> {
    set(withoutSkips(progress));
    order = [];
    await onward();
  }

  /** A preview may stand as long as a person likes: the other buttons must not wait for it. */
  async function fix(what: () => TourFixParams | undefined): Promise<void> {
    const params = await inTurn(async () => what());
    if (!params) return;
    if (await server.fix(params)) await inTurn(lookAndShow);
    else window.setStatusBarMessage(l10n.t("Nothing was changed."), 5000);
  }

  async function lookAndShow(): Promise<void> {
    if (progress.running && (await look())) await show();
  }

  /** One thing at a time, however fast the buttons are pressed. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  }

  const steps: Readonly<Record<"start" | "resume" | "next" | "previous" | "skip" | "stop", () => Promise<void>>> = {
    async start() {
      if (!(await look(server.familiesWithProgress))) return;
      const here = current();
      if (families.every(({ left }) => left === 0)) {
        await end();
        offer(families.length === 0 ? nothingFound() : ending(families));
      } else if (here) await go(here);
      else await (nextStop(families, progress, undefined, []) ? onward() : again());
    },
    async resume() {
      if (!progress.running || !(await look())) return;
      const stop = current();
      // A browser that is reloaded may have lost what was open: the note needs a place to stand.
      if (stop) await note.revealIfEmpty(stop);
      await show();
    },
    async next() {
      if (await look()) await onward();
    },
    async previous() {
      const stop = (await look()) ? previousStop(families, progress.at, order) : undefined;
      if (stop) await go(stop);
    },
    async skip() {
      if (!progress.at || !(await look())) return;
      set(skipping(progress, progress.at, true));
      await onward();
    },
    stop: end,
  };

  return {
    start: () => inTurn(steps.start),
    resume: () => inTurn(steps.resume),
    next: () => inTurn(steps.next),
    previous: () => inTurn(steps.previous),
    skip: () => inTurn(steps.skip),
    apply: () =>
      fix(() => {
        const stop = current();
        return stop && { rule: stop.rule, finding: { uri: stop.uri, key: stop.key } };
      }),
    applyFamily: () => fix(() => progress.at && { rule: progress.at.rule }),
    stop: () => inTurn(steps.stop),
    goTo: (place) =>
      inTurn(async () => {
        if (!(await look())) return;
        const stop = stopAt(families, place ?? progress.at);
        if (stop === undefined) return show();
        set(skipping(progress, stop, false));
        await go(stop);
      }),
    async changed() {
      // The server may tell of changes faster than it answers: one look is enough for all that came before it.
      if (!progress.running || isLookDue) return;
      isLookDue = true;
      await inTurn(async () => {
        isLookDue = false;
        await lookAndShow();
      });
    },
  };
}
