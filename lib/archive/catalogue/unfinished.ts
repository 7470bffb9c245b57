/**
 * Whether a file is one that its run has not finished. It only reads.
 */
import type { Engine } from "../../sqlite/engine.ts";

/** Whether the file still holds what only a run that is under way needs; the end of a run removes it. */
export function isUnfinished(engine: Engine): boolean {
  return engine.query("SELECT 1 FROM sqlite_schema WHERE name = '_anvil_final_statements'").length > 0;
}
