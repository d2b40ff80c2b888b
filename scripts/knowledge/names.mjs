/** Which objects of the releases are one API, what it is called, and under which paths it can be imported. */

/**
 * @typedef {{ name: string, objects: Map<object, object>, paths: Map<string, Set<object>> }} Named
 *   one API: canonical name, run -> what that release has, path -> the runs in which the path leads to it
 */

/**
 * @param {object[]} runs oldest first
 * @param {object} scope scope.yaml
 * @param {Record<string, string>} same path -> the path of the API that it stands for, where the releases cannot tell
 * @returns {{ apis: Named[], canonicalOf(path: string): string | undefined }}
 */
export function nameApis(runs, scope, same) {
  const rank = new Map([...scope.public, ...scope.definedOnly].map((module, index) => [module, index]));
  const rankOf = (path) => rank.get(parentOf(path)) ?? rank.size;
  const isPublic = (path, object) => {
    const module = parentOf(path);
    if (scope.alsoPublic.includes(path)) return true;
    return rank.has(module) && (!scope.definedOnly.includes(module) || parentOf(object.defined) === module);
  };

  const byPath = new Map();
  const apisFound = new Set();
  for (const run of runs.toReversed()) {
    const claimed = [];
    const claim = () => {
      for (const [api, paths] of claimed) for (const path of paths) if (!byPath.has(path)) byPath.set(path, api);
    };
    const standsForAnother = ([, paths]) => (paths.some((path) => path in same) ? 1 : 0);
    const objects = [...pathsByObject(run)].sort((a, b) => standsForAnother(a) - standsForAnother(b));
    for (const [key, paths] of objects) {
      const object = run.data.objects[key];
      if (standsForAnother([key, paths])) claim();
      const publicPaths = paths.filter((path) => isPublic(path, object)).sort((a, b) => rankOf(a) - rankOf(b));
      if (publicPaths.length === 0) continue;
      // What a newer release calls by one of these paths is the same API; when it has since been split, the first decides.
      const known = [...publicPaths, object.defined].map((path) => byPath.get(same[path] ?? path)).find((api) => api);
      const api = known ?? { members: [], paths: new Map(), publicPaths: new Set() };
      apisFound.add(api);
      api.members.push({ run, object, paths });
      for (const path of publicPaths) api.publicPaths.add(path);
      for (const path of paths) add(api.paths, path, run);
      claimed.push([api, paths]);
    }
    claim();
  }

  const apis = [...apisFound].map((api) => named(api, rank, same));
  const canonical = new Map();
  for (const api of apis) {
    // A path can mean one thing in an old release and another in a new one: the newest meaning holds.
    for (const [path, inRuns] of api.paths) {
      const newest = Math.max(...[...inRuns].map((run) => runs.indexOf(run)));
      if ((canonical.get(path)?.newest ?? -1) < newest) canonical.set(path, { newest, name: api.name });
    }
  }
  return { apis, canonicalOf: (path) => canonical.get(path)?.name };
}

function named(api, rank, same) {
  const inRuns = new Set(api.members.map(({ run }) => run));
  const definedNames = new Set(api.members.map(({ object }) => lastOf(object.defined)));
  const order = (path) => [
    path in same ? 1 : 0,
    // A type that a later release made generic is not the dialect's any more.
    path.startsWith("sqlalchemy.dialects.") ? 1 : 0,
    inRuns.size - (api.paths.get(path)?.size ?? 0),
    definedNames.has(lastOf(path)) ? 0 : 1,
    rank.get(parentOf(path)) ?? rank.size,
    path.length,
  ];
  const [name] = [...api.publicPaths].sort((a, b) => compare(order(a), order(b)) || (a < b ? -1 : 1));
  const objects = new Map();
  for (const { run, object, paths } of api.members) {
    if (!objects.has(run) || paths.includes(name)) objects.set(run, object);
  }
  return { name, objects, paths: api.paths };
}

function pathsByObject(run) {
  const found = new Map();
  for (const [module, names] of Object.entries(run.data.modules)) {
    for (const [name, key] of Object.entries(names)) {
      const paths = found.get(key) ?? [];
      paths.push(`${module}.${name}`);
      found.set(key, paths);
    }
  }
  return found;
}

function add(map, key, value) {
  const values = map.get(key) ?? new Set();
  values.add(value);
  map.set(key, values);
}

function compare(a, b) {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : a[index] - b[index];
}

export function parentOf(path) {
  return path.slice(0, Math.max(path.lastIndexOf("."), 0));
}

export function lastOf(path) {
  return path.slice(path.lastIndexOf(".") + 1);
}
