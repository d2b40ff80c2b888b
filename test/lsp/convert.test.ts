import assert from "node:assert/strict";
import { DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Effect } from "../../server/src/engine/finding.ts";
import { featuresOf } from "../../server/src/lsp/client_features.ts";
import { type DiagnosticContext, toDiagnostic } from "../../server/src/lsp/convert.ts";
import { Lines } from "../../server/src/lsp/lines.ts";
import type { Config } from "../../server/src/service/types.ts";
import { ableClient } from "./client.ts";
import { fakeService } from "./fake_service.ts";

const uri = "file:///a.py";

function diagnosticOf(text: string, config: Partial<Config> = {}, capabilities = ableClient) {
  const service = fakeService();
  service.apply([{ kind: "set", uri, version: 7, text, open: true }]);
  const [finding] = service.findings(uri);
  assert.ok(finding);
  const context: DiagnosticContext = {
    lines: new Lines(text),
    version: 7,
    config: { target: "2.0", targetBecause: "", select: [], ignore: [], ...config },
    features: featuresOf(capabilities),
    locate: ({ at }) => at && { uri: at.uri, range: new Lines(text).rangeOf(at.span) },
  };
  return toDiagnostic(finding, context);
}

describe("a finding as a diagnostic", () => {
  it("says how bad it is by its effect", () => {
    const severities = DiagnosticSeverity;
    const cases: readonly [Effect, Config["installed"], DiagnosticSeverity][] = [
      ["raises", undefined, severities.Warning],
      ["raises", "1.4", severities.Warning],
      ["raises", "2.0", severities.Error],
      ["raises", "2.1", severities.Error],
      ["changes", "2.0", severities.Warning],
      ["deprecated", "2.0", severities.Information],
      ["legacy", "2.0", severities.Hint],
    ];
    for (const [effect, installed, severity] of cases) {
      const diagnostic = diagnosticOf(`${effect}_safe()`, installed && { installed });
      assert.equal(diagnostic.severity, severity, `${effect} where ${installed} runs`);
    }
  });

  it("strikes through the name of what is legacy, and marks the whole of everything else", () => {
    const legacy = diagnosticOf("x\nlegacy_safe(1)");
    assert.deepEqual(legacy.tags, [DiagnosticTag.Deprecated]);
    assert.deepEqual(legacy.range, { start: { line: 1, character: 0 }, end: { line: 1, character: 11 } });
    const changes = diagnosticOf("x\nchanges_safe(1)");
    assert.equal(changes.tags, undefined);
    assert.deepEqual(changes.range.end, { line: 1, character: 15 });
  });

  it("carries its rule, its page, its reasons and what its fixes need", () => {
    const { message, code, codeDescription, source, relatedInformation, data } = diagnosticOf("changes_safe()");
    assert.deepEqual([message, code, source], ["changes-safe found", "changes-safe", "SQLAlchemy Coach"]);
    assert.deepEqual(codeDescription, { href: "https://docs.sqlalchemy.org/x" });
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    assert.deepEqual(relatedInformation, [{ location: { uri, range }, message: "`x = make()`" }]);
    assert.deepEqual(data, { rule: "changes-safe", span: { start: 0, end: 14 }, version: 7 });
  });

  it("keeps from a client what that can't show", () => {
    const keys = Object.keys(diagnosticOf("legacy_safe()", {}, {})).sort();
    assert.deepEqual(keys, ["code", "message", "range", "severity", "source"]);
  });
});
