/**
 * SQLite's own checks of a file. It only reads.
 */
import { type Engine, textOf } from "./engine.ts";

/** What `PRAGMA integrity_check` finds, without foreign keys; empty for a sound file. */
export function integrityProblems(engine: Engine): readonly string[] {
  return engine.query("PRAGMA integrity_check").flatMap(([message]) => {
    const text = textOf(message) ?? "no answer";
    return text === "ok" ? [] : [text];
  });
}
