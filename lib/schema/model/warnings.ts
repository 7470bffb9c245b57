/**
 * How the readers of this folder report what is odd: a code, a sentence and a place, gathered in order. The readers
 * decide what is worth a warning.
 */
import type { SchemaWarning } from "./app_schema.ts";

/** What a warning is about; a missing member is unknown. */
export interface Place {
  readonly table?: string | null;
  readonly column?: string | null;
  /** Line of the source text, counted from 1. */
  readonly line?: number | null;
}

/** Reports something odd. A place is a function, because finding a line takes time that a clean file does not need. */
export type Warn = (code: string, message: string, place?: () => Place) => void;

/** A growing list of warnings and the function that adds to it. */
export function warningList(): { readonly warnings: readonly SchemaWarning[]; readonly warn: Warn } {
  const warnings: SchemaWarning[] = [];
  const warn: Warn = (code, message, place = () => ({})) => {
    const { table = null, column = null, line = null } = place();
    warnings.push({ code, table, column, line, message });
  };
  return { warnings, warn };
}

/** A name as messages show it: quoted, control characters visible. */
export function shown(name: string): string {
  return JSON.stringify(name);
}
