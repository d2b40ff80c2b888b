// What the language server keeps in memory.
import { median } from "./figures.mjs";
import { applicationProgram } from "./programs.mjs";

const uriOf = (index) => `file:///bench/program_${index}.py`;

/** @type {readonly import("./run.mjs").Measurement[]} */
export const memory = [
  {
    id: "P14",
    what: "resident memory of 50 open files of 1,000 lines, MB / 1,000 lines",
    must: 1.5,
    rounds: 3,
    figure: (ours, reference) => (Math.min(...ours) - Math.min(...reference)) / 50,
    ours: (context) => withOpenFiles(context, 50),
    reference: (context) => withOpenFiles(context, 1),
  },
  {
    id: "P15",
    what: "resident memory after 20 / 2 rounds of open, edit and close (MB)",
    must: 1.15,
    rounds: 3,
    figure: (ours, reference) => median(ours.map((each, index) => each / reference[index])),
    ours: async (context) => (await afterRounds(context)).twenty,
    reference: (context) => context.once("memory after two rounds", () => []).shift(),
  },
];

/** The file that is open in any case keeps the analyser's own start out of the difference. */
async function withOpenFiles(context, count) {
  const server = await context.server();
  const text = applicationProgram(1000);
  for (let index = 0; index < count; index++) {
    server.open(uriOf(index), text.replaceAll("Model", `Model${index}x`));
    await server.diagnostics(uriOf(index));
  }
  const resident = server.resident();
  await server.stop();
  return resident;
}

async function afterRounds(context) {
  const server = await context.server();
  const text = applicationProgram(1000);
  const at = [];
  for (let round = 1; round <= 20; round++) {
    for (let index = 0; index < 10; index++) {
      const uri = uriOf(index);
      server.open(uri, text.replaceAll("Model", `Model${index}x`));
      await server.diagnostics(uri);
      server.edit(uri, 1, 0, [0, 0], "import os\n");
      await server.diagnostics(uri);
      server.close(uri);
    }
    at[round] = server.resident();
  }
  await server.stop();
  context.once("memory after two rounds", () => []).push(at[2]);
  return { twenty: at[20] };
}
