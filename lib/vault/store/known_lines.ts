/**
 * Lines about what was known at a snapshot and seldom changes, such as provenance and warnings. A line is written only
 * when it differs from the one before, and counts until the next. It runs inside the caller's transaction.
 */
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf, type SqlValue, textOf } from "../../sqlite/sql_value.ts";
import type { ArchiveWarning } from "../../archive/catalogue/catalogue.ts";

/** Entries of provenance by key. */
export type Provenance = ReadonlyMap<string, SqlValue>;

const PLAIN = (sql: string) => ({ sql, kind: "plain" }) as const;

/** Provenance at a snapshot, by ascending key. */
export function provenanceAt(engine: Engine, snapshot: number): Provenance {
  const statement = engine.select(
    [PLAIN("p.key"), PLAIN("p.present"), { sql: "p.value", kind: "number" }],
    `FROM _anvil_provenance AS p WHERE p._anvil_from = (
      SELECT max(_anvil_from) FROM _anvil_provenance WHERE key = p.key AND _anvil_from <= ?1) ORDER BY p.key`,
  );
  try {
    const rows = statement.rows([BigInt(snapshot)]);
    return new Map(rows.flatMap(([key, present, value]) => present === 1n ? [[textOf(key) ?? "", value ?? null]] : []));
  } finally {
    statement.finalize();
  }
}

/** Stores the provenance of a new snapshot if it differs from the one before. */
export function noteProvenance(engine: Engine, snapshot: number, before: Provenance, now: Provenance): void {
  const insert = engine.insert("_anvil_provenance", [
    { name: "key", kind: "plain" },
    { name: "_anvil_from", kind: "plain" },
    { name: "present", kind: "plain" },
    { name: "value", kind: "number" },
  ], 1);
  for (const [key, value] of now) {
    if (before.has(key) && Object.is(before.get(key), value)) continue;
    insert.run([key, BigInt(snapshot), 1n, value]);
  }
  for (const key of before.keys()) if (!now.has(key)) insert.run([key, BigInt(snapshot), 0n, null]);
  insert.finalize();
}

/** Warnings of a file at a snapshot, in their order. */
export function warningsAt(engine: Engine, snapshot: number): readonly ArchiveWarning[] {
  const known = engine.prepare(
    "SELECT code, table_name, column_name, row_id, message FROM _anvil_warnings WHERE id = ?1",
  );
  try {
    return listedIds(warningListAt(engine, snapshot)).map((id) => {
      const [row] = known.rows([BigInt(id)]);
      return {
        code: textOf(row?.[0]) ?? "",
        table: textOf(row?.[1]),
        column: textOf(row?.[2]),
        row: textOf(row?.[3]),
        message: textOf(row?.[4]) ?? "",
      };
    });
  } finally {
    known.finalize();
  }
}

function warningListAt(engine: Engine, snapshot: number): string {
  const [row] = engine.query(
    "SELECT warnings FROM _anvil_warning_lists WHERE _anvil_from <= ?1 ORDER BY _anvil_from DESC LIMIT 1",
    [BigInt(snapshot)],
  );
  return textOf(row?.[0]) ?? "";
}

/** Stores the warnings of a new snapshot: each text once, and the list of their ids if it has changed. */
export function noteWarnings(engine: Engine, snapshot: number, warnings: readonly ArchiveWarning[]): void {
  const keyOf = (cells: readonly (SqlValue | undefined)[]) => JSON.stringify(cells.map((cell) => textOf(cell)));
  const ids = new Map(
    engine.query("SELECT code, table_name, column_name, row_id, message, id FROM _anvil_warnings").map((row) => [
      keyOf(row.slice(0, 5)),
      Number(row[5]),
    ]),
  );
  const insert = engine.prepare(
    "INSERT INTO _anvil_warnings (id, code, table_name, column_name, row_id, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  );
  let last = Number(integerOf(engine.query("SELECT coalesce(max(id), 0) FROM _anvil_warnings")[0]?.[0]) ?? 0n);
  const list = warnings.map(({ code, table, column, row, message }) => {
    const cells = [code, table, column, row, message];
    const key = keyOf(cells);
    const known = ids.get(key);
    if (known !== undefined) return known;
    insert.run([BigInt(++last), ...cells]);
    ids.set(key, last);
    return last;
  });
  insert.finalize();
  const text = listText(list);
  if (text === warningListAt(engine, snapshot)) return;
  engine.run("INSERT INTO _anvil_warning_lists (_anvil_from, warnings) VALUES (?1, ?2)", [BigInt(snapshot), text]);
}

/** Ids as text; a run of ascending ones is written as `1-300`. */
function listText(ids: readonly number[]): string {
  const runs: [from: number, until: number][] = [];
  for (const id of ids) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === id) run[1] = id;
    else runs.push([id, id]);
  }
  return runs.map(([from, until]) => from === until ? String(from) : `${from}-${until}`).join(",");
}

/** The ids in a list of warnings; a damaged list returns fewer. */
export function listedIds(text: string): readonly number[] {
  return text.split(",").flatMap((part) => {
    const [, from, until = from] = /^(\d{1,12})(?:-(\d{1,12}))?$/.exec(part) ?? [];
    if (from === undefined) return [];
    const count = Math.min(Number(until) - Number(from) + 1, MAX_LISTED);
    return Array.from({ length: Math.max(count, 0) }, (_, i) => Number(from) + i);
  });
}

/** A longer run of warnings means damage: no file has so many. */
const MAX_LISTED = 10_000_000;
