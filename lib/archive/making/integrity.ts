/**
 * SQLite's own checks of a file. It only reads.
 */
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";

/**
 * Kibibytes of pages that are kept in memory while a file with indexes is checked. Rows are looked up there in another
 * order than they are stored in. With SQLite's own 2,000 the check of a large table takes half as long again; other
 * work gains nothing from more.
 */
const CACHE_KIB = 32_000;

/** What `PRAGMA integrity_check` finds, without foreign keys; empty for a sound file. */
export function integrityProblems(engine: Engine): readonly string[] {
  const [index] = engine.query("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL LIMIT 1");
  if (index !== undefined) engine.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  return engine.query("PRAGMA integrity_check").flatMap(([message]) => {
    const text = textOf(message) ?? "no answer";
    return text === "ok" ? [] : [text];
  });
}
