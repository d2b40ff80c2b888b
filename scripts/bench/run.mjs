// Takes measurements and prints them as a Markdown table.
import { loadavg } from "node:os";
import { median, ratioOfMinima } from "./figures.mjs";

/**
 * @typedef {object} Measurement
 * @property {string} id as in `--only`
 * @property {string} what with the unit of its two figures
 * @property {number} must the largest figure that is good enough
 * @property {number} [rounds] where one round is expensive, fewer than asked for
 * @property {(context: import("./context.mjs").Context) => Promise<number> | number} ours one round
 * @property {(context: import("./context.mjs").Context) => Promise<number> | number} [reference] one round of what it is compared with
 * @property {(ours: number[], reference: number[]) => number} [figure] the ratio of the minima without it
 */

/**
 * Prints a row a measurement. One that misses is repeated: a miss counts if two of three runs miss.
 *
 * @param {readonly Measurement[]} measurements
 * @param {import("./context.mjs").Context} context
 * @param {number} rounds
 * @returns {Promise<number>} how many missed
 */
export async function run(measurements, context, rounds) {
  console.log(`Load ${load()} at the start, up to ${rounds} rounds; minimum (median).\n`);
  console.log(row("id", "what", "ours", "reference", "figure", "must", "", "load"));
  console.log(row("--", "--", "-:", "-:", "-:", "-:", "--", "-:"));
  let missed = 0;
  for (const measurement of measurements) {
    try {
      const isMet = await take(measurement, context, Math.min(rounds, measurement.rounds ?? rounds));
      if (!isMet) missed++;
    } catch (error) {
      missed++;
      const { id, what, must } = measurement;
      console.log(row(id, what, "", "", "", `≤ ${must}`, "**FAILED**", ""));
      console.error(error);
    }
  }
  console.log(`\n${missed === 0 ? "All met." : `${missed} missed.`} Load ${load()} at the end.`);
  return missed;
}

async function take(measurement, context, rounds) {
  const { id, what, must, figure = ratioOfMinima } = measurement;
  let misses = 0;
  for (let attempt = 1; attempt <= 3; attempt++) {
    const { ours, reference } = await interleaved(measurement, context, rounds);
    const said = figure(ours, reference);
    const isMet = said <= must;
    if (!isMet) misses++;
    const verdict = isMet ? "met" : misses === 2 ? "**MISSED**" : "again";
    console.log(row(id, what, shown(ours), shown(reference), short(said), `≤ ${must}`, verdict, load().split(" ")[0]));
    if (misses === 2) return false;
    if (attempt - misses === 2 || (attempt === 1 && isMet)) return true;
  }
  return true;
}

/** Rounds of both in turn, so that a slower minute of the machine slows both. */
async function interleaved({ ours, reference }, context, rounds) {
  const figures = { ours: [], reference: [] };
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await ours(context));
    if (reference) figures.reference.push(await reference(context));
  }
  return figures;
}

function row(id, what, ours, reference, figure, must, verdict, load) {
  const cells = [id.padEnd(4), what.padEnd(66), ours.padStart(17), reference.padStart(17), figure.padStart(6)];
  return `| ${[...cells, must.padStart(6), verdict.padEnd(10), load.padStart(5)].join(" | ")} |`;
}

const shown = (figures) => (figures.length === 0 ? "" : `${short(Math.min(...figures))} (${short(median(figures))})`);

const short = (figure) => (Number.isNaN(figure) ? "?" : figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3));

const load = () =>
  loadavg()
    .map((each) => each.toFixed(2))
    .join(" ");
