import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  defaultSettings,
  readSettings,
  type StatedSettings,
  settingDefaults,
  toConfig,
} from "../../server/src/lsp/config.ts";

const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
const declared: Record<string, { default: unknown; scope: string }> = manifest.contributes.configuration.properties;

describe("settings", () => {
  it("are declared in package.json exactly as the server reads them", () => {
    const { "sqlalchemyCoach.trace.server": trace, ...read } = declared;
    assert.ok(trace, "the client's own");
    const names = Object.fromEntries(
      Object.entries(settingDefaults).map(([name, value]) => [`sqlalchemyCoach.${name}`, value]),
    );
    assert.deepEqual(Object.fromEntries(Object.entries(read).map(([name, entry]) => [name, entry.default])), names);
    assert.ok(Object.values(declared).every(({ scope }) => scope !== undefined));
  });

  it("fall back one by one, each with a sentence", () => {
    const { settings, warnings } = readSettings({
      target: "3.0",
      rules: { ignore: ["query-get"], select: "all" },
      diagnostics: { legacy: "off" },
    });
    assert.equal(settings.target, "auto");
    assert.deepEqual(settings.rules, { select: [], ignore: ["query-get"] });
    assert.equal(settings.diagnostics.legacy, "off");
    assert.equal(settings.diagnostics.enabled, true);
    assert.deepEqual(warnings, [
      'sqlalchemyCoach.target: "3.0" is no valid value, "auto" is used',
      'sqlalchemyCoach.rules.select: "all" is no valid value, [] is used',
    ]);
  });

  it("may be dotted", () => {
    const { settings } = readSettings({ "rules.ignore": ["a"], "hover.enabled": false, rules: { select: ["b"] } });
    assert.deepEqual(settings.rules, { select: ["b"], ignore: ["a"] });
    assert.equal(settings.hover.enabled, false);
  });

  it("survive anything", () => {
    for (const raw of [undefined, null, 3, "x", [], { rules: 1 }, JSON.parse('{"__proto__": {"target": "1.4"}}')]) {
      assert.deepEqual(readSettings(raw).settings, defaultSettings);
    }
    readSettings(JSON.parse('{"__proto__.polluted": true, "constructor.prototype.polluted": true}'));
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });
});

describe("the target", () => {
  const pinned = { target: "2.1", because: "uv.lock:3 sqlalchemy==2.1.0", installed: "2.1" } as const;

  it("is the setting's, then that of pyproject.toml, then what is pinned, then 2.0", () => {
    const set = toConfig(
      { ...defaultSettings, target: "1.4" },
      { release: pinned, settings: stated({ target: "2.0" }) },
    );
    assert.deepEqual(
      [set.target, set.targetBecause, set.installed],
      ["1.4", "the setting sqlalchemyCoach.target", "2.1"],
    );
    const filed = toConfig(defaultSettings, { release: pinned, settings: stated({ target: "1.4" }) });
    assert.deepEqual(
      [filed.target, filed.targetBecause, filed.installed],
      ["1.4", "pyproject.toml [tool.sqlalchemy-coach] target", "2.1"],
    );
    assert.deepEqual(toConfig(defaultSettings, { release: pinned }).targetBecause, pinned.because);
    const none = toConfig(defaultSettings, {});
    assert.deepEqual([none.target, none.targetBecause, "installed" in none], ["2.0", "the default", false]);
  });
});

describe("the rules", () => {
  it("are those of the settings where they name some, else those of pyproject.toml", () => {
    const settings = stated({ select: ["a"], ignore: ["b"] });
    const { select, ignore } = toConfig(defaultSettings, { settings });
    assert.deepEqual([select, ignore], [["a"], ["b"]]);
    const rules = { select: [], ignore: ["c"] };
    const mixed = toConfig({ ...defaultSettings, rules }, { settings });
    assert.deepEqual([mixed.select, mixed.ignore], [["a"], ["c"]]);
  });
});

const stated = (values: StatedSettings["values"]): StatedSettings => ({
  values,
  file: "pyproject.toml",
  folder: "file:///project",
});
