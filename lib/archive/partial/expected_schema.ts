/**
 * Whether a partial file has exactly the tables, indexes and views of its plan, letter for letter. A run goes on
 * writing only into such a file: triggers, odd constraints or other statements would run otherwise.
 */
import type { ArchiveLayout } from "../../ddl/archive_layout.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { type SqlRow, textOf } from "../../sqlite/sql_value.ts";
import { isUnfinished } from "../catalogue/unfinished.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { createResumeState, keptFinalStatements } from "../making/resume_state.ts";

/** Each statement has its length in bytes too: text is read up to a NUL only. */
const OBJECTS = `SELECT type, name, tbl_name, sql, length(CAST(sql AS BLOB)) FROM sqlite_schema
  WHERE typeof(name) = 'text' ORDER BY type, name`;

/** The first difference between a partial file and its plan, in words; null when there is none. */
export async function schemaMismatch(engine: Engine, plan: ArchiveLayout): Promise<string | null> {
  const expected = await expectedObjects(plan);
  const found = objectsOf(engine);
  const kept = keptFinalStatements(engine);
  const needed = [
    expected.begun,
    ...(isUnfinished(engine) ? [expected.running] : []),
    ...(kept.length === 0 ? [expected.ended] : []),
  ];
  for (const [object, name] of found) if (!expected.all.has(object)) return `'${name}' in it is not as it was made`;
  for (const objects of needed) {
    for (const [object, name] of objects) if (!found.has(object)) return `'${name}' is missing in it`;
  }
  if (kept.length === 0 || kept.join(";") === plan.indexStatements.join(";")) return null;
  return "the statements kept for its end are not as they were made";
}

/** Names of a file's objects, by all that is known of each. */
function objectsOf(engine: Engine): ReadonlyMap<string, string> {
  return new Map(engine.query(OBJECTS).map((row) => [jsonOf(row), textOf(row[1]) ?? ""]));
}

/** Engines read integers differently. */
function jsonOf(row: SqlRow): string {
  return JSON.stringify(row, (_, value) => typeof value === "bigint" ? Number(value) : value);
}

/** Names that a file of this plan has all the time, only while it is copied, and only at its end; and all of them. */
async function expectedObjects(plan: ArchiveLayout) {
  const engine = await openEngine(":memory:", { mode: "create" });
  try {
    const all = new Map<string, string>();
    const added = (add: () => void): ReadonlyMap<string, string> => {
      add();
      const objects = new Map([...objectsOf(engine)].filter(([object]) => !all.has(object)));
      for (const [object, name] of objects) all.set(object, name);
      return objects;
    };
    const begun = added(() => plan.tableStatements.forEach((statement) => engine.exec(statement)));
    const running = added(() => createResumeState(engine, []));
    const ended = added(() => plan.indexStatements.forEach((statement) => engine.exec(statement)));
    return { begun, running, ended, all };
  } finally {
    engine.close();
  }
}
