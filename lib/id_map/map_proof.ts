/**
 * Whether an id map still holds what was written into it. A power cut or a failing disk may have left anything, and a
 * row taken for another would be changed in the app. Triggers keep checksums over its rows, in the transaction that
 * changes them; its description has a digest. It does not know what the rows mean.
 */
import { createHash } from "node:crypto";
import type { Engine } from "../sqlite/engine.ts";
import { integerOf, textOf } from "../sqlite/sql_value.ts";
import { CELL_FACTS, cellSum } from "./cell_tables.ts";
import { GROUP_STATES } from "./map_groups.ts";
import { ROW_ACTIONS } from "./map_rows.ts";

/** A prime below 2^31, so that a product of two remainders always fits in 64 bits. */
const PRIME = 2_147_483_647n;

/** A known word of a column as its place in a list, from 1; any other text as its length plus more than those. */
function numbered(column: string, words: readonly string[]): string {
  const cases = words.map((word, i) => `WHEN '${word}' THEN ${i + 1}`).join(" ");
  return `CASE ${column} ${cases} ELSE length(${column}) + ${words.length + 1} END`;
}

/** The columns of each table that are summed up, as integers; `row` is the prefix of a column's name. */
const SUMMED: Readonly<Record<string, (row: string) => readonly string[]>> = {
  map_rows: (row) => [
    `${row}table_id`,
    `${row}old_row`,
    `${row}new_row`,
    numbered(`${row}action`, ROW_ACTIONS),
    `${row}written_by`,
    `${row}linked_by`,
  ],
  map_groups: (row) => [`${row}id`, numbered(`${row}state`, GROUP_STATES), `${row}closing_at`],
  // The checksum covers everything else.
  map_cells: (row) => [`${row}id`, `${row}checksum`],
  map_deletions: (row) => [`${row}table_id`, `${row}row`, `${row}deletion_group`],
  map_abandoned: (row) => [`${row}group_id`, `${row}table_id`, `${row}new_row`],
};

/** The description of a map: digested as a whole, since it has few rows and changes seldom. */
const DESCRIPTION = [
  "SELECT key, value FROM map_meta ORDER BY key",
  "SELECT position, id, name, live_id, empties, emptied_by FROM map_tables ORDER BY position",
];

/**
 * A row as one number below {@link PRIME}. Each column has a weight, and the sum is squared. So neither one changed
 * value nor two swapped ones leave it the same.
 */
function rowSum(values: readonly string[]): string {
  const weighed = values.map((value, i) =>
    `(coalesce(${value}, -7) % ${PRIME} + ${PRIME}) % ${PRIME} * ${WEIGHTS[i] ?? 1} % ${PRIME}`
  );
  const linear = `((${weighed.join(" + ")}) % ${PRIME})`;
  return `(${linear} * ${linear} % ${PRIME})`;
}

/** Weights: arbitrary numbers below 2^31. */
const WEIGHTS = [
  1_103_515_245,
  1_664_525_113,
  2_069_066_453,
  1_812_433_253,
  1_566_083_941,
  1_284_865_837,
  1_442_695_041,
  1_181_783_497,
];

/** Triggers that keep a table's sum. */
function triggers(table: string, valuesOf: (row: string) => readonly string[]): readonly string[] {
  const change = (plus: string, minus: string) =>
    `UPDATE map_proof SET sum = (sum + ${plus} - ${minus} + ${PRIME}) % ${PRIME} WHERE what = '${table}'`;
  const [fresh, old] = [rowSum(valuesOf("NEW.")), rowSum(valuesOf("OLD."))];
  const trigger = (event: string, body: string) =>
    `CREATE TRIGGER ${table}_${event.toLowerCase()} AFTER ${event} ON ${table} BEGIN ${body}; END`;
  return [
    trigger("INSERT", change(fresh, "0")),
    trigger("UPDATE", change(fresh, old)),
    trigger("DELETE", change("0", old)),
  ];
}

/** All statements for the proofs of a map, in the order in which they run. */
export const PROOF_STATEMENTS: readonly string[] = [
  "CREATE TABLE map_proof (what TEXT PRIMARY KEY NOT NULL, sum INTEGER, digest TEXT) STRICT",
  ...Object.entries(SUMMED).flatMap(([table, valuesOf]) => triggers(table, valuesOf)),
];

/** Starts keeping proofs of what the map holds now. Runs in the caller's transaction. */
export function beginProof(engine: Engine): void {
  for (const statement of PROOF_STATEMENTS) engine.exec(statement);
  for (const [table, sum] of sumsNow(engine)) {
    engine.run("INSERT INTO map_proof (what, sum) VALUES (?1, ?2)", [table, sum]);
  }
  keepDescription(engine);
}

/** Notes that the description of a map has changed, if it keeps proofs. Runs in the caller's transaction. */
export function keepDescription(engine: Engine): void {
  const [proof] = engine.query("SELECT 1 FROM sqlite_schema WHERE name = 'map_proof'");
  if (proof === undefined) return;
  engine.run("INSERT OR REPLACE INTO map_proof (what, digest) VALUES ('description', ?1)", [descriptionNow(engine)]);
}

/** Whether a map no longer holds what was written into it. */
export function isDamaged(engine: Engine): boolean {
  const kept = new Map(
    engine.query("SELECT what, sum, digest FROM map_proof").map(([what, sum, digest]) => [
      textOf(what) ?? "",
      { sum: integerOf(sum), digest: textOf(digest) },
    ]),
  );
  if (kept.get("description")?.digest !== descriptionNow(engine)) return true;
  return sumsNow(engine).some(([table, sum]) => kept.get(table)?.sum !== sum) || hasChangedCells(engine);
}

/** Whether what is stored of a cell does not fit its checksum. */
function hasChangedCells(engine: Engine): boolean {
  const columns = ["id", "checksum", ...CELL_FACTS].map((sql) => ({ sql, kind: "plain" }) as const);
  const statement = engine.select(columns, "FROM map_cells WHERE id > ?1 ORDER BY id LIMIT 1000");
  try {
    for (let after = -1n;;) {
      const rows = statement.rows([after]);
      for (const [id, checksum, ...facts] of rows) {
        after = integerOf(id) ?? after;
        if (integerOf(checksum) !== cellSum(facts)) return true;
      }
      if (rows.length < 1_000) return false;
    }
  } finally {
    statement.finalize();
  }
}

function sumsNow(engine: Engine): readonly (readonly [table: string, sum: bigint])[] {
  return Object.entries(SUMMED).map(([table, valuesOf]) => {
    const [row] = engine.query(`SELECT coalesce(sum(${rowSum(valuesOf(""))}), 0) % ${PRIME} FROM ${table}`);
    return [table, integerOf(row?.[0]) ?? -1n];
  });
}

function descriptionNow(engine: Engine): string {
  const rows = DESCRIPTION.map((sql) => engine.query(sql).map((row) => row.map(String)));
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}
