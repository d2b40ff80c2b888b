// What a person waits for while typing.
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import { set } from "./analyser.mjs";
import { differenceOfMinima, median, minimum, quantile } from "./figures.mjs";
import { cpuHere } from "./processes.mjs";
import { adversaries, applicationProgram, fixableProgram, libraryProgram } from "./programs.mjs";

const uri = "file:///bench/program.py";
/** The first edits warm the server up, the others count. */
const edits = { warming: 8, counted: 12 };
/** As many as it takes until both the server's code and ours are compiled as far as they will be. */
const manyEdits = { warming: 60, counted: 30 };

const library = async (context, lines) =>
  context.once(`library of ${lines}`, async () => libraryProgram(await context.sqlalchemy(), lines));
const application = async (context, lines) => context.once(`application of ${lines}`, () => applicationProgram(lines));

/** @type {readonly import("./run.mjs").Measurement[]} */
export const editing = [
  {
    id: "P5",
    what: "edit to diagnostics / full parse; library code, 10,000 lines (ms)",
    must: 0.25,
    ours: async (context) => editToDiagnostics(context, await library(context, 10_000)),
    reference: async (context) => (await context.parse())(await library(context, 10_000)),
  },
  {
    id: "P5",
    what: "the same in application code with 170 findings",
    must: 0.25,
    ours: async (context) => editToDiagnostics(context, await application(context, 10_000)),
    reference: async (context) => (await context.parse())(await application(context, 10_000)),
  },
  {
    id: "P6",
    what: "edit to diagnostics, 10,000 / 1,000 lines of library code (ms)",
    must: 4,
    ours: async (context) => editToDiagnostics(context, await library(context, 10_000)),
    reference: async (context) => editToDiagnostics(context, await library(context, 1000)),
  },
  {
    id: "P6",
    what: "the same in application code",
    must: 4,
    ours: async (context) => editToDiagnostics(context, await application(context, 10_000)),
    reference: async (context) => editToDiagnostics(context, await application(context, 1000)),
  },
  {
    id: "P7",
    what: "edit to diagnostics, server - the same in process; 3,500 lines (ms)",
    must: 5,
    figure: differenceOfMinima,
    ours: async (context) => editToDiagnostics(context, await library(context, 3500), manyEdits),
    reference: async (context) => editToFindings(await context.analyser(), await library(context, 3500), manyEdits),
  },
  {
    id: "P11",
    what: "cancel to reply, 200,000 lines, p95 of 40 moments (ms)",
    must: 100,
    rounds: 1,
    figure: minimum,
    ours: async (context) => cancelToReply(context, await application(context, 200_000)),
  },
  ...Object.entries(adversaries).flatMap(([name, make]) =>
    sizesOf(name).map((lines) => ({
      id: "P12",
      what: `analysis of ${2 * lines} / ${lines} lines: ${name} (CPU ms)`,
      must: 2.4,
      rounds: 3,
      ours: async (context) => analysis(await context.analyser(), make(2 * lines)),
      reference: async (context) => analysis(await context.analyser(), make(lines)),
    })),
  ),
  {
    id: "P16",
    what: "hover / request without an effect, both p95 (ms)",
    must: 10,
    ours: async (context) => hovers(context, await application(context, 1000)),
    reference: async (context) => roundTrips(context, await application(context, 1000)),
  },
  {
    id: "P17",
    what: "all fixes of 500 findings / one analysis, 10,000 lines (CPU ms)",
    must: 4,
    ours: async (context) => {
      const service = (await context.analyser())();
      service.apply([set(uri, fixableProgram(10_000, 500))]);
      const took = await cpuHere(() => {
        const { applied } = service.fixAll(uri, { safety: "review" });
        if (applied.length < 500) throw new Error(`${applied.length} fixes`);
      });
      service.dispose();
      return took;
    },
    reference: async (context) => analysis(await context.analyser(), fixableProgram(10_000, 500)),
  },
];

/** So large that growth shows, so small that a quadratic one comes to an end. */
function sizesOf(name) {
  return name === "an application" ? [5000, 10_000] : [2000];
}

/** The middle figure of characters typed and taken back at the end of a name, in milliseconds by the clock. */
async function editToDiagnostics(context, text, { warming, counted } = edits) {
  const server = await context.server();
  server.open(uri, text);
  await server.diagnostics(uri);
  const { line, end } = middle(text);
  const figures = [];
  for (let version = 1; version <= warming + counted; version++) {
    const started = performance.now();
    server.edit(uri, version, line, ...typed(end, version));
    await server.diagnostics(uri);
    figures.push(performance.now() - started);
  }
  await server.stop();
  return median(figures.slice(warming));
}

function editToFindings(createService, text, { warming, counted } = edits) {
  const service = createService();
  service.apply([set(uri, text, { version: 0, open: true })]);
  service.findings(uri);
  const { offset } = middle(text);
  const figures = [];
  for (let version = 1; version <= warming + counted; version++) {
    const started = performance.now();
    const [[start, end], inserted] = typed(offset, version);
    service.apply([{ kind: "edit", uri, version, edits: [{ span: { start, end }, text: inserted }] }]);
    service.findings(uri);
    figures.push(performance.now() - started);
  }
  service.dispose();
  return median(figures.slice(warming));
}

/** The end of a name in the middle of a text: as somebody types there, the text stays whole. */
function middle(text) {
  const lines = text.split("\n");
  const line = lines.findIndex((each, index) => index > lines.length / 2 && /^ +(return|\w+ =) .*\w$/.test(each));
  const offset = lines.slice(0, line + 1).join("\n").length;
  return { line, end: lines[line].length, offset };
}

/** One character more at odd versions, taken back at even ones. */
const typed = (end, version) => (version % 2 === 1 ? [[end, end], "x"] : [[end, end + 1], ""]);

/** At moments from the first that the server hears of the document to the last of its analysis; p95 of what the reply takes. */
async function cancelToReply(context, text) {
  const server = await context.server();
  server.open(uri, text);
  const figures = [];
  for (let moment = 0; moment < 40; moment++) {
    const source = new CancellationTokenSource();
    const reply = server.diagnostics(uri, source.token).then(
      () => "answered",
      () => "cancelled",
    );
    await new Promise((later) => setTimeout(later, 50 + 20 * moment));
    const started = performance.now();
    source.cancel();
    if ((await reply) === "cancelled") figures.push(performance.now() - started);
  }
  await server.stop();
  if (figures.length < 20) throw new Error(`only ${figures.length} of 40 requests were long enough to be cancelled`);
  return quantile(figures, 0.95);
}

async function analysis(createService, text) {
  const service = createService();
  const took = await cpuHere(() => {
    service.apply([set(uri, text)]);
    service.findings(uri);
  });
  service.dispose();
  return took;
}

async function hovers(context, text) {
  const server = await context.server();
  server.open(uri, text);
  await server.diagnostics(uri);
  const places = [...text.matchAll(/session\.(query|scalars)|select\(|Model\d+\.name/g)].slice(0, 60);
  const figures = [];
  for (const { index } of places) {
    const before = text.slice(0, index + 9);
    const line = before.split("\n").length - 1;
    const started = performance.now();
    await server.hover(uri, line, before.length - before.lastIndexOf("\n") - 1);
    figures.push(performance.now() - started);
  }
  await server.stop();
  return quantile(figures, 0.95);
}

async function roundTrips(context, text) {
  const server = await context.server();
  server.open(uri, text);
  await server.diagnostics(uri);
  const figures = [];
  for (let index = 0; index < 60; index++) {
    const started = performance.now();
    await server.request("bench/nothing", {}).catch(() => undefined);
    figures.push(performance.now() - started);
  }
  await server.stop();
  return quantile(figures, 0.95);
}
