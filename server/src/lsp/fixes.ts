import {
  type AnnotatedTextEdit,
  type ChangeAnnotation,
  LSPErrorCodes,
  type TextEdit as LspTextEdit,
  ResponseError,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Edit } from "../engine/finding.ts";
import type { TextEdit } from "../syntax/text.ts";
import type { Documents } from "./documents.ts";
import type { Lines } from "./lines.ts";
import { Places, type Project } from "./projects.ts";

export interface EditContext {
  readonly documents: Documents;
  readonly project: Project;
  /** The present text of a file that no editor has open. */
  readonly read: (uri: string) => Promise<string | undefined>;
}

/**
 * Edits of one or several documents as one change, each for the version that it was computed for. Throws ContentModified
 * where one of the documents is another by now: a change is made as a whole or not at all.
 *
 * @param annotation what the person is to confirm first, for a client that can ask
 */
export async function toWorkspaceEdit(
  edits: readonly Edit[],
  context: EditContext,
  annotation?: ChangeAnnotation,
): Promise<WorkspaceEdit> {
  const keys = [...new Set(edits.map(({ uri }) => uri))];
  const onDisk = await Promise.all(keys.map((key) => (context.documents.unit(key) ? undefined : context.read(key))));
  // Nothing is awaited from here on, so that what is checked is what is answered.
  const isPresent = (key: string, index: number): boolean => isKnown(key, onDisk[index], context);
  if (!keys.every(isPresent)) throw new ResponseError(LSPErrorCodes.ContentModified, "a document changed");
  const byDocument = new Map<string, Placed[]>();
  for (const edit of edits) {
    const placed = placedEdit(edit, context);
    byDocument.set(placed.uri, [...(byDocument.get(placed.uri) ?? []), placed]);
  }
  const documentChanges = [...byDocument].map(([uri, own]): TextDocumentEdit => {
    const sorted = [...own].sort((a, b) => a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end);
    return {
      textDocument: { uri, version: own[0]?.version ?? null },
      edits: sorted.map(({ lines, edit: { span, text } }): LspTextEdit | AnnotatedTextEdit => {
        const edit = { range: lines.rangeOf(span), newText: text };
        return annotation ? { ...edit, annotationId } : edit;
      }),
    };
  });
  return annotation ? { documentChanges, changeAnnotations: { [annotationId]: annotation } } : { documentChanges };
}

interface Placed {
  readonly uri: string;
  /** `null` for a file that no editor has open. */
  readonly version: number | null;
  readonly lines: Lines;
  readonly edit: TextEdit;
}

/** Throws ContentModified for an edit that reaches over a cell's end, or touches what is no Python. */
function placedEdit({ uri: key, span, text }: Edit, { documents, project }: EditContext): Placed {
  const unit = documents.unit(key);
  if (unit) {
    const placed = unit.toEdit({ span, text });
    if (!placed) throw new ResponseError(LSPErrorCodes.ContentModified, "the edit belongs to no cell alone");
    const { document, edit } = placed;
    return { uri: document.uri, version: document.version, lines: document.lines, edit };
  }
  const lines = new Places(documents, project).closed(key);
  if (!lines) throw new Error(`an edit of the unknown document ${key}`);
  return { uri: key, version: null, lines, edit: { span, text } };
}

const annotationId = "review";

/** Whether the analyser's text of a document is what the editor has, or else the disk. */
function isKnown(key: string, onDisk: string | undefined, { documents, project }: EditContext): boolean {
  const open = documents.unit(key);
  const known = project.service.document(key);
  if (!known) return false;
  return open ? open.isTold && known.version === open.version : onDisk === known.text;
}
