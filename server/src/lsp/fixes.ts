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
import type { Documents } from "./documents.ts";
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
  const byDocument = new Map<string, Edit[]>();
  for (const edit of edits) byDocument.set(edit.uri, [...(byDocument.get(edit.uri) ?? []), edit]);
  const keys = [...byDocument.keys()];
  const onDisk = await Promise.all(keys.map((key) => (context.documents.get(key) ? undefined : context.read(key))));
  // Nothing is awaited from here on, so that what is checked is what is answered.
  const isPresent = (key: string, index: number): boolean => isKnown(key, onDisk[index], context);
  if (!keys.every(isPresent)) throw new ResponseError(LSPErrorCodes.ContentModified, "a document changed");
  const places = new Places(context.documents, context.project);
  const documentChanges = [...byDocument].map(([key, own]): TextDocumentEdit => {
    const open = context.documents.get(key);
    const lines = places.linesOf(key);
    if (!lines) throw new Error(`an edit of the unknown document ${key}`);
    const sorted = [...own].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    return {
      textDocument: { uri: open?.uri ?? key, version: open?.version ?? null },
      edits: sorted.map(({ span, text }): LspTextEdit | AnnotatedTextEdit => {
        const edit = { range: lines.rangeOf(span), newText: text };
        return annotation ? { ...edit, annotationId } : edit;
      }),
    };
  });
  return annotation ? { documentChanges, changeAnnotations: { [annotationId]: annotation } } : { documentChanges };
}

const annotationId = "review";

/** Whether the analyser's text of a document is what the editor has, or else the disk. */
function isKnown(key: string, onDisk: string | undefined, { documents, project }: EditContext): boolean {
  const open = documents.get(key);
  const known = project.service.document(key);
  if (!known) return false;
  return open ? open.isTold && known.version === open.version : onDisk === known.text;
}
