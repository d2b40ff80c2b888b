/** The knowledge table as records: one per canonical name, members included. */

import { layerOf } from "./layers.mjs";
import { lastOf, nameApis, parentOf } from "./names.mjs";
import { RELEASES } from "./runs.mjs";

/**
 * @typedef {object} Entry
 * @property {string} name canonical
 * @property {string} kind
 * @property {"core" | "orm" | "both"} layer
 * @property {string[]} releases
 * @property {Record<string, "deprecated" | "legacy">} status "removed" follows from `releases` and is not here
 * @property {[string, string, boolean, string?][]} [params] name, kind, optional, default where it is a plain value
 * @property {Map<string, string[]>} [paramReleases] of the parameters of any release that not every release takes
 * @property {boolean} [takesAny] whether some release takes keywords that its signature does not name
 * @property {string} [returns]
 * @property {string[]} [bases] public base classes in method resolution order
 * @property {string} [summary]
 * @property {string} [instead] what to write in place of a name that is not current
 * @property {string} [since] the version that deprecated it
 * @property {{ release: string, names: string[] }} [gone] parameters that a release dropped
 */

/**
 * @param {object[]} runs
 * @param {object} scope
 * @param {{ names: object, returns: object, status: object, sentences: object, layers: object }} facts
 * @returns {{ entries: Map<string, Entry>, apis: object[], canonicalOf(path: string): string | undefined }}
 */
export function toTable(runs, scope, facts) {
  const { apis, canonicalOf } = nameApis(runs, scope, facts.names.same);
  const context = { runs, facts, byDefinition: byDefinition(apis), apis: new Map(apis.map((api) => [api.name, api])) };
  const entries = new Map();
  for (const api of apis) {
    const entry = toEntry(api, api.name, api.objects, context);
    entries.set(api.name, entry);
    for (const [last, member] of membersOf(api, context)) {
      const name = `${api.name}.${last}`;
      const own = toEntry(api, name, member, context);
      if (own.releases.length > 0) entries.set(name, own);
    }
  }
  addHandWritten(entries, facts);
  for (const entry of entries.values()) finish(entry, entries, facts);
  return { entries, apis, canonicalOf };
}

/** The run whose word holds about an API: the last that has it. */
function newestRun(found, runs) {
  return runs.findLast((run) => found.has(run));
}

function toEntry(api, name, found, context) {
  const { runs } = context;
  const newest = newestRun(found, runs);
  const facts = found.get(newest);
  // A release that has the object under another path only has not this name (see `paths`), unless it stands for it.
  const names = [api.name, ...Object.keys(context.facts.names.same).filter((path) => api.paths.has(path))];
  const named = [...found.keys()].filter(
    (run) => speaksFor(run, name) && names.some((path) => api.paths.get(path)?.has(run)),
  );
  const inReleases = new Set(named.flatMap((run) => run.releases));
  const entry = {
    name,
    kind: facts.kind,
    layer: layerOf(name, api.objects.get(newestRun(api.objects, runs)), context.facts.layers),
    releases: RELEASES.filter((release) => inReleases.has(release)),
    status: {},
  };
  for (const [run, { status }] of found) {
    if (status && speaksFor(run, name)) for (const release of run.releases) entry.status[release] = status;
  }
  if (facts.params) entry.params = facts.params.filter(([param, , optional]) => !(optional && param.startsWith("_")));
  const { partial, takesAny } = paramReleasesOf(found, runs, entry);
  entry.paramReleases = partial;
  entry.takesAny = takesAny;
  if (facts.since) entry.since = facts.since;
  const gone = parametersGone(found, runs, name);
  if (gone) entry.gone = gone;
  const returns = facts.returns && publicType(facts.returns, context, newest);
  if (returns && returns !== "any") entry.returns = returns;
  if (facts.mro) {
    // Bases that only an older release has come last: their members are asked for where the newest has none.
    const bases = runs
      .toReversed()
      .flatMap((run) => (found.get(run)?.mro ?? []).map((base) => context.byDefinition.get(run).get(base)));
    entry.bases = [...new Set([...bases, ...facts.builtins])].filter((base) => base && base !== name);
  }
  return entry;
}

function speaksFor(run, name) {
  return run.packages.includes(name.split(".")[0]);
}

function byDefinition(apis) {
  const found = new Map();
  for (const api of apis) {
    for (const [run, object] of api.objects) {
      const names = found.get(run) ?? new Map();
      found.set(run, names);
      if (!names.has(object.defined)) names.set(object.defined, api.name);
    }
  }
  return found;
}

/** "@module.Class" becomes its canonical name, or any when the class is not in the table. */
function publicType(type, { byDefinition, apis }, run) {
  return type
    .replace(/@([\w.]+)/g, (_, defined) => {
      const name = byDefinition.get(run).get(defined);
      return name && isClass(apis.get(name).objects.get(run)) ? name : "any";
    })
    .replace(/\bany\|none\b/g, "any");
}

/** Members that the class itself answers for, name -> run -> facts. */
function membersOf(api, context) {
  const { runs } = context;
  const members = new Map();
  for (const [run, object] of api.objects) {
    for (const [name, facts] of Object.entries(object.members ?? {})) {
      const found = members.get(name) ?? new Map();
      members.set(name, found.set(run, facts));
    }
  }
  for (const [name, found] of members) {
    const newest = newestRun(api.objects, runs);
    const heir = found.has(newest) ? undefined : baseWith(api, name, newest, context);
    if (heir && [...found.keys()].every((run) => reaches(heir, name, run, context))) {
      members.delete(name);
      continue;
    }
    // What moved to a base class is still reached through this one.
    for (const run of api.objects.keys()) {
      if (found.has(run)) continue;
      const base = baseWith(api, name, run, context);
      if (base) found.set(run, base.objects.get(run).members[name]);
    }
  }
  return members;
}

function baseWith(api, name, run, { byDefinition, apis }) {
  const mro = api.objects.get(run)?.mro ?? [];
  for (const defined of mro) {
    const base = apis.get(byDefinition.get(run).get(defined));
    if (base?.objects.get(run)?.members?.[name]) return base;
  }
  return undefined;
}

function reaches(api, name, run, context) {
  return Boolean(api.objects.get(run)?.members?.[name] ?? baseWith(api, name, run, context));
}

/** Parameters that an older release had by name and the newest has not: { release: names } of the release that dropped them. */
function parametersGone(found, runs, name) {
  const inOrder = runs.filter((run) => found.has(run) && speaksFor(run, name));
  for (let at = 1; at < inOrder.length; at++) {
    const [before, after] = [found.get(inOrder[at - 1]).params, found.get(inOrder[at]).params];
    if (!before || !after || after.some(([, kind]) => kind === "kwargs")) continue;
    const kept = new Set(after.map(([param]) => param));
    const names = before
      .filter(([param, kind]) => !kept.has(param) && !param.startsWith("_") && kind !== "args" && kind !== "kwargs")
      .map(([param]) => param);
    // A renamed positional parameter is no loss: only what callers may have passed by name and more of them than now.
    if (names.length > 0 && before.length > after.length) return { release: inOrder[at].releases[0], names };
  }
  return undefined;
}

/**
 * The releases of each parameter, of any release, that not all are known to take: a signature that takes any keyword tells
 * nothing. `takesAny` says whether one does.
 */
function paramReleasesOf(found, runs, { name, releases }) {
  const signatures = runs
    .filter((run) => found.has(run) && speaksFor(run, name) && found.get(run).params)
    .map((run) => [run, found.get(run).params]);
  const named = signatures.flatMap(([, params]) =>
    params.filter(([param, kind]) => isNamed(kind) && !param.startsWith("_")),
  );
  const partial = [...new Set(named.map(([param]) => param))].flatMap((param) => {
    const lacking = signatures.flatMap(([run, params]) =>
      params.some(([each, kind]) => each === param || kind === "kwargs") ? [] : run.releases,
    );
    return lacking.length > 0 ? [[param, releases.filter((release) => !lacking.includes(release))]] : [];
  });
  const takesAny = signatures.some(([, params]) => params.some(([, kind]) => kind === "kwargs"));
  return { partial: new Map(partial), takesAny };
}

const isNamed = (kind) => kind === "any" || kind === "keyword";

/** Members that exist only at run time (attributes that a constructor makes, proxies), from facts/names.yaml. */
function addHandWritten(entries, { names }) {
  for (const [owner, members] of Object.entries(names.members ?? {})) {
    const parent = entries.get(owner);
    if (!parent) throw new Error(`facts/names.yaml: no ${owner}`);
    for (const [member, kind] of Object.entries(members)) {
      const name = `${owner}.${member}`;
      if (entries.has(name)) throw new Error(`facts/names.yaml: ${name} is found by introspection already`);
      entries.set(name, { name, kind, layer: parent.layer, releases: parent.releases, status: {} });
    }
  }
  for (const [owner, members] of Object.entries(names.without ?? {})) {
    for (const member of members)
      if (!entries.delete(`${owner}.${member}`)) throw new Error(`facts/names.yaml: no ${owner}.${member}`);
  }
  for (const [owner, targets] of Object.entries(names.proxies)) {
    for (const target of targets.filter((name) => entries.has(name))) dropProxied(entries, owner, target);
  }
  for (const [owner, bases] of Object.entries(names.bases ?? {})) entries.get(owner).bases.push(...bases);
}

/** Of a class that hands calls on, only what is its own is in the table: the rest is asked of the class behind it. */
function dropProxied(entries, owner, target) {
  for (const name of entries.keys()) {
    if (parentOf(name) !== owner) continue;
    const behind = [target, ...(entries.get(target)?.bases ?? [])];
    const isOwn = lastOf(name) === "__call__" || !behind.some((base) => entries.has(`${base}.${lastOf(name)}`));
    if (!isOwn) entries.delete(name);
  }
}

function finish(entry, entries, { returns, status, sentences }) {
  const type = returns.get(entry.name);
  if (type) entry.returns = type;
  // Of what loops and `with` call, the table tells the outcome and not the iterator that gives it.
  if (/\.__a?iter__$/.test(entry.name)) entry.returns = entry.returns?.replace(/^a?iter\[(.*)\]$/, "$1");
  const owner = entries.get(parentOf(entry.name));
  const legacy = status.legacy[entry.name] ?? status.legacy[owner?.name ?? ""];
  if (legacy) {
    for (const release of entry.releases) {
      if (release >= legacy.since && !entry.status[release]) entry.status[release] = "legacy";
    }
  }
  const removed = status.removed[entry.name];
  if (removed) entry.releases = entry.releases.filter((release) => release < removed);
  const spoken = sentences[parentOf(entry.name)] ?? {};
  const last = lastOf(entry.name);
  if (Object.hasOwn(spoken, last)) entry.summary = spoken[last];
  const instead = status.instead[entry.name] ?? legacy?.instead;
  if (instead) entry.instead = instead;
}

export function isClass(entry) {
  return entry.kind === "class" || entry.kind === "exception";
}
