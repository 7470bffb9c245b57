/**
 * Whether a file is one that its run has not finished. It only reads.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { PARTIAL_SUFFIX } from "./identity.ts";

/** Whether the file still holds what only an unfinished run needs; the end of a run removes it. */
export function isUnfinished(engine: Engine): boolean {
  return engine.query("SELECT 1 FROM sqlite_schema WHERE name = '_anvil_final_statements'").length > 0;
}

/** How to go on with an unfinished file: `--resume` does not accept a renamed one. */
export function howToFinish(path: string): string {
  if (path.endsWith(PARTIAL_SUFFIX)) return `continue it with 'backup --resume ${path}'`;
  const partial = path + PARTIAL_SUFFIX;
  return `rename it to '${partial}' and continue it with 'backup --resume ${partial}'`;
}
