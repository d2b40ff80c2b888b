import assert from "node:assert/strict";
import fc from "fast-check";
import { Documents } from "../../server/src/lsp/documents.ts";
import { applyEdits } from "../../server/src/syntax/text.ts";

const notebook = "file:///project/a.ipynb";
const cellUri = (id: number): string => `vscode-notebook-cell:/project/a.ipynb#${id}`;

const source = fc
  .array(
    fc.constantFrom(
      "x = 1",
      "%time",
      "!ls",
      "print((",
      "%%bash",
      '"""',
      "# cell 2",
      "y = '𝕏é'",
      "",
      "if x:",
      "  z = !pwd",
    ),
    { maxLength: 4 },
  )
  .chain((lines) => fc.constantFrom("\n", "\r\n").map((end) => lines.join(end)));

const operation = fc.oneof(
  fc.record({ does: fc.constant("edit" as const), at: fc.nat(9), text: source }),
  fc.record({ does: fc.constant("insert" as const), at: fc.nat(9), text: source }),
  fc.record({ does: fc.constant("delete" as const), at: fc.nat(9), text: fc.constant("") }),
  fc.record({ does: fc.constant("tell" as const), at: fc.nat(9), text: fc.constant("") }),
);

describe("the cells of a notebook as one text", () => {
  it("are what the analyser was told, change by change, and every cell finds itself in it", () => {
    fc.assert(
      fc.property(fc.array(source, { maxLength: 4 }), fc.array(operation, { maxLength: 12 }), (sources, operations) => {
        const documents = new Documents();
        let serial = sources.length;
        const order = sources.map((_, id) => id);
        const item = (id: number, text: string) => ({ uri: cellUri(id), languageId: "python", version: 1, text });
        const cell = (id: number) => ({ kind: 2 as const, document: cellUri(id) });
        documents.openNotebook({
          notebookDocument: { uri: notebook, notebookType: "x", version: 1, cells: order.map(cell) },
          cellTextDocuments: sources.map((text, id) => item(id, text)),
        });
        let known = "";
        const tell = (): void => {
          const unit = documents.unit(notebook);
          if (!unit) {
            known = "";
            return;
          }
          const change = unit.tell();
          known = change.kind === "set" ? change.text : change.kind === "edit" ? applyEdits(known, change.edits) : "";
          assert.ok(unit.isTold);
          for (const document of unit.documents) {
            if (!document.isPart) continue;
            const { span } = document.lines;
            assert.equal(known.slice(span.start, span.end).length, document.text.length);
            assert.equal(unit.holding(span), document);
            assert.equal(document.lines.offsetAt(document.lines.positionAt(span.end)), span.end);
            const masked = known.slice(span.start, span.end);
            if (!/[%!]/.test(document.text)) assert.equal(masked, document.text);
          }
        };
        tell();
        for (const { does, at, text } of operations) {
          const place = at % (order.length + 1);
          const id = order[place];
          if (does === "tell") tell();
          else if (does === "insert") {
            const made = serial++;
            order.splice(place, 0, made);
            const array = { start: place, deleteCount: 0, cells: [cell(made)] };
            documents.changeNotebook(notebook, { cells: { structure: { array, didOpen: [item(made, text)] } } });
          } else if (id !== undefined && does === "delete") {
            order.splice(place, 1);
            const structure = { array: { start: place, deleteCount: 1 }, didClose: [{ uri: cellUri(id) }] };
            documents.changeNotebook(notebook, { cells: { structure } });
          } else if (id !== undefined) {
            const document = { uri: cellUri(id), version: at + 2 };
            documents.changeNotebook(notebook, { cells: { textContent: [{ document, changes: [{ text }] }] } });
          }
          if (order.length === 0) known = "";
          const uris = (documents.unit(notebook)?.documents ?? []).map(({ uri }) => uri);
          assert.deepEqual(uris, order.map(cellUri));
        }
        tell();
        const fresh = new Documents();
        fresh.openNotebook({
          notebookDocument: { uri: notebook, notebookType: "x", version: 1, cells: order.map(cell) },
          cellTextDocuments: order.map((id) => item(id, documents.get(cellUri(id))?.text ?? "")),
        });
        const whole = fresh.unit(notebook)?.tell();
        assert.equal(known, whole?.kind === "set" ? whole.text : "");
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it("survives what a client should not send", () => {
    const documents = new Documents();
    const uri = cellUri(1);
    assert.deepEqual(documents.changeNotebook(notebook, {}), { changed: [], closed: [] });
    assert.deepEqual(documents.closeNotebook(notebook), []);
    documents.openNotebook({
      notebookDocument: { uri: notebook, notebookType: "x", version: 1, cells: [{ kind: 2, document: uri }] },
      cellTextDocuments: [],
    });
    assert.equal(documents.unit(notebook), undefined);
    const structure = {
      array: { start: 7, deleteCount: 9, cells: [{ kind: 2 as const, document: cellUri(9) }] },
      didOpen: [{ uri, languageId: "python", version: 1, text: "x = 1" }],
      didClose: [{ uri: "file:///unknown" }],
    };
    documents.changeNotebook(notebook, { cells: { structure } });
    assert.deepEqual(
      documents.unit(notebook)?.documents.map((document) => document.uri),
      [uri],
    );
    const other = { uri: "file:///unknown", version: 2 };
    documents.changeNotebook(notebook, { cells: { textContent: [{ document: other, changes: [{ text: "" }] }] } });
    assert.equal(documents.closeNotebook(notebook).length, 1);
    assert.equal(documents.all().length, 0);
  });
});
