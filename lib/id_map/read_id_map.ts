/**
 * Reads from an id map which rows of an archive became which rows of an app. It only reads, so that the map of a
 * finished restore stays as it is; a map that a restore is using now cannot be read.
 */
import { AnvilSqliteError } from "../errors.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { textOf } from "../sqlite/sql_value.ts";
import { ID_MAP_APPLICATION_ID, notAnIdMap } from "./id_map.ts";

/** Pairs of rows of one table. */
interface ReturnedTable {
  /** Id in the archive. */
  readonly table: number;
  /** Id in the app. */
  readonly liveTable: number;
  /** New row ids by old ones, for rows that were written. */
  readonly rows: ReadonlyMap<string, string>;
}

/** The rows that came back, by an id map. */
export interface ReturnedRows {
  /** Id of the app that was restored into; empty if it has none. */
  readonly appId: string;
  readonly tables: readonly ReturnedTable[];
}

/**
 * Reads an id map.
 * @throws {AnvilSqliteError} `not-an-id-map`, `cannot-open` (exit 20), `locked` (exit 21)
 */
export async function readIdMap(path: string): Promise<ReturnedRows> {
  const engine = await openEngine(path, { mode: "read" });
  try {
    if (Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0) !== ID_MAP_APPLICATION_ID) throw notAnIdMap(path);
    const [notes] = engine.query("SELECT value FROM map_meta WHERE key = 'restore'");
    const tables = engine.query("SELECT id, live_id FROM map_tables ORDER BY position").map(([id, live]) => {
      const pairs = engine.query(
        `SELECT old_row, new_row FROM map_rows WHERE table_id = ?1 AND new_row IS NOT NULL
          AND (action = 'keep' OR written_by IS NOT NULL)`,
        [id ?? null],
      );
      const rows = new Map(pairs.map(([old, fresh]) => [String(old), String(fresh)]));
      return { table: Number(id), liveTable: Number(live), rows };
    });
    return { appId: appIdOf(textOf(notes?.[0])), tables };
  } catch (cause) {
    if (cause instanceof AnvilSqliteError && cause.code !== "not-a-database") throw cause;
    throw notAnIdMap(path, cause);
  } finally {
    engine.close();
  }
}

function appIdOf(notes: string | null): string {
  const parsed: unknown = notes === null ? null : JSON.parse(notes);
  const app = typeof parsed === "object" && parsed !== null && "app" in parsed ? parsed.app : null;
  const id = typeof app === "object" && app !== null && "appId" in app ? app.appId : "";
  return typeof id === "string" ? id : "";
}
