/** What is known of parameters besides their names: defaults, releases, and a sentence for those that people meet most. */
import { fileURLToPath } from "node:url";
import { oracle } from "../oracle.mjs";
import { lastOf, parentOf } from "./names.mjs";
import { RELEASES } from "./runs.mjs";

const script = fileURLToPath(new URL("./attempts.py", import.meta.url));

/**
 * @typedef {object} ParameterFact
 * @property {string} name
 * @property {string} [default] as one would write it; absent where it is None or no plain value
 * @property {string[]} releases in which it can be passed
 * @property {string[]} warns those of them in which passing it warns
 * @property {string} [summary]
 */

/**
 * @param {Map<string, object>} entries the table
 * @param {{ parameters: object, options: object, passes: object }} facts facts/parameters.yaml
 * @returns {Promise<{ parameters: Map<string, ParameterFact[]>, options: Map<string, ParameterFact[]> }>} parameters by
 *   canonical name, only those of which there is something to say; values by "name.parameter"
 */
export async function parametersOf(entries, facts) {
  const told = toldOf(facts.parameters);
  const options = toldOptionsOf(facts.options);
  assertKnown(entries, facts);
  const outcomes = await attempted(
    [...told].map(([api, of]) => [api, api, of]),
    entries,
  );
  const chosen = await attempted(
    [...options].map(([path, of]) => [path, parentOf(path), of]),
    entries,
  );
  const found = new Map();
  for (const entry of entries.values()) {
    const spoken = told.get(entry.name) ?? new Map();
    const names = new Set([
      ...(entry.params ?? []).filter(([, kind]) => kind === "any" || kind === "keyword").map(([name]) => name),
      ...(entry.paramReleases?.keys() ?? []),
      ...spoken.keys(),
    ]);
    const lines = [...names].map((name) => factOf(name, entry, spoken.get(name), outcomes)).filter(saysAnything(entry));
    if (lines.length > 0) found.set(entry.name, lines);
  }
  return {
    parameters: found,
    options: new Map([...options].map(([path, of]) => [path, optionFacts(path, of, entries, chosen)])),
  };
}

function optionFacts(path, of, entries, outcomes) {
  const { releases } = entries.get(parentOf(path));
  return [...of].map(([name, { summary }]) => {
    const tried = outcomes.get(`${path} ${name}`);
    const taken = releases.filter((release) => tried[release] !== "raises");
    return { name, summary, releases: taken, warns: taken.filter((release) => tried[release] === "warns") };
  });
}

/** path of a parameter -> value -> { code, summary } */
function toldOptionsOf(options) {
  return new Map(
    Object.entries(options).map(([path, { try: template, of }]) => [
      path,
      new Map(
        Object.entries(of).map(([value, summary]) => [
          value,
          { summary, code: template.replace("…", `${lastOf(path)}=${JSON.stringify(value)}`) },
        ]),
      ),
    ]),
  );
}

function factOf(name, entry, spoken, outcomes) {
  const param = entry.params?.find(([each]) => each === name);
  const tried = spoken && outcomes.get(`${entry.name} ${name}`);
  const fallback = param?.[3] === "None" ? undefined : param?.[3];
  const signed = entry.paramReleases?.get(name) ?? entry.releases;
  return {
    name,
    ...(fallback !== undefined && { default: fallback }),
    releases: tried ? entry.releases.filter((release) => tried[release] !== "raises") : signed,
    warns: tried ? entry.releases.filter((release) => tried[release] === "warns") : [],
    ...(spoken && { summary: spoken.summary }),
  };
}

const saysAnything = (entry) => (fact) =>
  fact.default !== undefined || fact.summary !== undefined || fact.releases.length < entry.releases.length;

/** name -> parameter -> { code, summary } */
function toldOf(parameters) {
  return new Map(
    Object.entries(parameters).map(([api, { try: template, of }]) => [
      api,
      new Map(
        Object.entries(of).map(([name, text]) => {
          const [value, summary] = text.split(" | ");
          if (!summary) throw new Error(`facts/parameters.yaml: ${api} ${name} says nothing`);
          return [
            name,
            { summary, code: value.startsWith("= ") ? value.slice(2) : template.replace("…", `${name}=${value}`) },
          ];
        }),
      ),
    ]),
  );
}

/** "key name" -> release -> "works" | "warns" | "raises", of the releases that have the API at all. */
async function attempted(told, entries) {
  const outcomes = new Map();
  for (const release of RELEASES) {
    const codes = {};
    for (const [key, api, named] of told) {
      if (!entries.get(api).releases.includes(release)) continue;
      for (const [name, { code }] of named) codes[`${key} ${name}`] = code;
    }
    const { run } = await oracle(release);
    const { code, stdout, stderr } = await run(script, { input: JSON.stringify(codes) });
    if (code !== 0) throw new Error(`attempts on ${release} failed:\n${stderr}`);
    for (const [key, outcome] of Object.entries(JSON.parse(stdout))) {
      outcomes.set(key, { ...outcomes.get(key), [release]: outcome });
    }
  }
  const useless = [...outcomes].filter(([, outcome]) => Object.values(outcome).every((each) => each === "raises"));
  if (useless.length > 0)
    throw new Error(`parameters that no release takes: ${useless.map(([key]) => key).join(", ")}`);
  return outcomes;
}

/** A misspelt name would be silence in a hover: here it is an error. */
function assertKnown(entries, { parameters, options, passes }) {
  const takes = (api, name) => {
    const { params = [], paramReleases = new Map(), takesAny = false } = entries.get(api) ?? {};
    return takesAny || paramReleases.has(name) || params.some(([each]) => each === name);
  };
  const unknown = [
    ...Object.entries(parameters).flatMap(([api, { of }]) =>
      Object.keys(of).flatMap((name) => (takes(api, name) ? [] : [`${api} ${name}`])),
    ),
    ...Object.keys(options).filter((path) => !takes(parentOf(path), lastOf(path))),
    ...Object.entries(passes)
      .flat()
      .filter((name) => !entries.has(name)),
  ];
  if (unknown.length > 0) throw new Error(`facts/parameters.yaml: not in the table: ${unknown.join(", ")}`);
}
