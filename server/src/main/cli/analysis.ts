import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Finding } from "../../engine/finding.ts";
import type { Config, FixedDocument, FixOptions } from "../../service/types.ts";
import { openService } from "./local_service.ts";

/** Everything that one thread is to do: plain data, so that it can be another thread. */
export interface Task {
  readonly documents: readonly { readonly uri: string; readonly text: string }[];
  readonly config: Config;
  /** The documents to answer for; the others are only resolved against. */
  readonly uris: readonly string[];
  /** Whether to fix as well. */
  readonly fix?: FixOptions;
  /** The folder in which findings are kept between runs. */
  readonly cache?: string;
}

export interface Analysis {
  readonly findings: readonly Finding[];
  readonly fixed?: FixedDocument;
  /** Why there is nothing to say of this document: a bug of ours. */
  readonly fault?: string;
}

export interface Answer {
  /** By uri. */
  readonly analyses: ReadonlyMap<string, Analysis>;
  /** Parts of the analyser that threw. */
  readonly faults: readonly string[];
}

/** So much text pays for the start of one more thread. */
const unitsPerJob = 1_000_000;

/** Analyses in `jobs` threads; without a number, in as many as pay. The answer does not depend on how many. */
export async function analyse(task: Task, jobs: number | undefined): Promise<Answer> {
  if (task.uris.length === 0) return { analyses: new Map(), faults: [] };
  const shards = shardsOf(task, jobs ?? Math.min(availableParallelism(), Math.ceil(unitsAsked(task) / unitsPerJob)));
  const answers = shards.length === 1 ? [await runTask(task)] : await Promise.all(shards.map(runInWorker));
  return {
    analyses: new Map(answers.flatMap(({ analyses }) => [...analyses])),
    faults: [...new Set(answers.flatMap(({ faults }) => faults))].sort(),
  };
}

/** Does a task in this thread. */
export async function runTask({ documents, config, uris, fix, cache }: Task): Promise<Answer> {
  const faults: string[] = [];
  const service = await openService({ fault: (message) => faults.push(message) }, cache);
  service.configure(config);
  service.apply(documents.map(({ uri, text }) => ({ kind: "set", uri, text, version: 1, open: false })));
  const analyses = new Map<string, Analysis>();
  for (const uri of uris) {
    try {
      const findings = service.findings(uri);
      const fixed = fix && service.fixAll(uri, fix);
      analyses.set(uri, { findings, ...(fixed && { fixed }) });
    } catch (error) {
      analyses.set(uri, {
        findings: [],
        fault: `could not be analysed: ${error instanceof Error ? error.message : error}`,
      });
    }
  }
  service.dispose();
  return { analyses, faults };
}

/** Neighbours stay together, as they import each other more often than strangers; about as much text in each shard. */
function shardsOf(task: Task, count: number): readonly Task[] {
  const sizes = new Map(task.documents.map(({ uri, text }) => [uri, text.length + 1]));
  const share = unitsAsked(task) / Math.max(1, count);
  const shards: string[][] = [];
  let before = 0;
  for (const uri of task.uris) {
    const index = Math.min(Math.floor(before / share), count - 1);
    shards[index] = [...(shards[index] ?? []), uri];
    before += sizes.get(uri) ?? 1;
  }
  return shards.filter((uris) => uris.length > 0).map((uris) => ({ ...task, uris }));
}

function unitsAsked({ documents, uris }: Task): number {
  const asked = new Set(uris);
  return documents.reduce((sum, { uri, text }) => (asked.has(uri) ? sum + text.length + 1 : sum), 0);
}

function runInWorker(task: Task): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: task });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`a worker ended with status ${code} before it answered`)));
  });
}
