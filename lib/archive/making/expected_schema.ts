/**
 * Whether a partial file has the tables, indexes and views of its plan and no others, letter for letter. A run goes on
 * writing only into such a file: triggers, odd constraints or other statements for its end would run otherwise.
 */
import type { ArchivePlan } from "../../ddl/archive_plan.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { createResumeState, keptFinalStatements } from "./resume_state.ts";

const OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";

/** The first thing in which a partial file differs from its plan, in words; null when it fits. */
export async function schemaMismatch(engine: Engine, plan: ArchivePlan): Promise<string | null> {
  const expected = await expectedObjects(plan);
  const found = new Map(engine.query(OBJECTS).map((row) => [JSON.stringify(row), textOf(row[1]) ?? ""]));
  for (const [object, name] of found) if (!expected.all.has(object)) return `'${name}' in it is not as it was made`;
  for (const [object, name] of expected.tables) if (!found.has(object)) return `'${name}' is missing in it`;
  const kept = keptFinalStatements(engine);
  if (kept.length === 0 || kept.join(";") === plan.indexStatements.join(";")) return null;
  return "the statements kept for its end are not as they were made";
}

/** What a file of the plan has at some time of its making, and what it has from the beginning to the end. */
async function expectedObjects(plan: ArchivePlan) {
  const engine = await openEngine(":memory:", { mode: "create" });
  try {
    const objects = () => engine.query(OBJECTS).map((row) => [JSON.stringify(row), textOf(row[1]) ?? ""] as const);
    for (const statement of plan.tableStatements) engine.exec(statement);
    const tables = new Map(objects());
    createResumeState(engine, []);
    for (const statement of plan.indexStatements) engine.exec(statement);
    return { tables, all: new Set(objects().map(([object]) => object)) };
  } finally {
    engine.close();
  }
}
