import type { Event } from "./messages.ts";

/**
 * How a program ended: by itself (`finished`, or `raised` by an exception), by the learner (`stopped`), by the time limit
 * (`timed out`), or because it broke the interpreter.
 */
export type Ending = "finished" | "raised" | "stopped" | "timed out" | "broken";

export interface Table {
  readonly columns: readonly string[];
  /** Cells as text, `null` for NULL. The first rows only: there may have been more. */
  readonly rows: (readonly (string | null)[])[];
  /** How many were fetched in all. */
  fetched: number;
}

export interface Statement {
  readonly sql: string;
  /** As Python shows them; empty where there are none. */
  readonly parameters: string;
  /** 1-based; `null` where no line of the program caused it. */
  readonly line: number | null;
  table?: Table;
  /** Rows inserted, updated or deleted, where the statement returns none. */
  changed?: number;
}

export type Warning = Pick<Extract<Event, { type: "warning" }>, "category" | "message" | "line">;
export type PythonError = Pick<Extract<Event, { type: "error" }>, "summary" | "traceback" | "full" | "line">;

/** All that a program did. */
export interface Outcome {
  readonly ending: Ending;
  readonly output: string;
  readonly statements: readonly Statement[];
  readonly warnings: readonly Warning[];
  readonly error?: PythonError;
  /** What the bounds left out: characters of output, statements, warnings. */
  readonly unsaid: { readonly output: number; readonly statements: number; readonly warnings: number };
}

export interface Collected {
  add(event: Event): void;
  hasError(): boolean;
  outcome(ending: Ending): Outcome;
}

/** Gathers what is told of a program. */
export function collect(): Collected {
  let output = "";
  const statements: Statement[] = [];
  const warnings: Warning[] = [];
  let error: PythonError | undefined;
  let unsaid: Outcome["unsaid"] = { output: 0, statements: 0, warnings: 0 };

  function add(event: Event): void {
    switch (event.type) {
      case "output":
        output += event.text;
        return;
      case "statement":
        statements.push({ sql: event.sql, parameters: event.parameters, line: event.line });
        return;
      case "warning":
        warnings.push({ category: event.category, message: event.message, line: event.line });
        return;
      case "error":
        error = { summary: event.summary, traceback: event.traceback, full: event.full, line: event.line };
        return;
      case "end":
        unsaid = event.unsaid;
        for (const [number, fetched] of event.fetched) {
          const table = statements[number]?.table;
          if (table !== undefined) table.fetched = fetched;
        }
        return;
    }
    const statement = statements[event.statement];
    if (statement === undefined) return;
    if (event.type === "changed") statement.changed = event.count;
    else if (event.type === "columns") statement.table = { columns: event.names, rows: [], fetched: 0 };
    else if (statement.table !== undefined) {
      statement.table.rows.push(...event.rows);
      statement.table.fetched += event.rows.length;
    }
  }

  return {
    add,
    hasError: () => error !== undefined,
    outcome: (ending) => ({ ending, output, statements, warnings, ...(error && { error }), unsaid }),
  };
}
