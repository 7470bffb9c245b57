/**
 * The floor under every backup: the rows of `replay_server.ts` inserted from memory into the same schema, by SQLite and
 * nothing else: no network, no parsing, no digest, no check. Prints its cost as JSON; rows are made before it counts.
 * Run it: deno run -A floor.ts ROWS FILE
 */
import { DatabaseSync } from "node:sqlite";
import { archiveLayout } from "../../../lib/ddl/lay_out_archive.ts";
import { costOf } from "../processes.ts";
import { usualRow, usualSchema } from "../usual_rows.ts";

const ROWS_PER_STATEMENT = 50;
const STATEMENTS_PER_TRANSACTION = 40;

/** What this script prints. */
export interface FloorCost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

if (import.meta.main) {
  const rows = Number(Deno.args[0]);
  const { plan } = archiveLayout(usualSchema("floor"));
  const batches: (null | string | number | bigint)[][] = [];
  for (let row = 0; row < rows; row += ROWS_PER_STATEMENT) {
    const batch = Array.from({ length: ROWS_PER_STATEMENT }, (_, i) => usualRow(row + i));
    batches.push(batch.flatMap(({ id, cells }) => [BigInt(id), `[12,${id}]`, ...cells]));
  }
  const before = costOf("self").cpuSeconds;
  const began = performance.now();
  const database = new DatabaseSync(Deno.args[1] ?? "", { enableForeignKeyConstraints: false });
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF");
  for (const statement of plan.tableStatements) database.exec(statement);
  const tuple = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  const insert = database.prepare(
    `INSERT INTO floor (rowid, _anvil_row_id, b, d, dt, f, i, s, s2, so)
     VALUES ${Array.from({ length: ROWS_PER_STATEMENT }, () => tuple).join()}`,
  );
  for (let from = 0; from < batches.length; from += STATEMENTS_PER_TRANSACTION) {
    database.exec("BEGIN");
    for (const batch of batches.slice(from, from + STATEMENTS_PER_TRANSACTION)) insert.run(...batch);
    database.exec("COMMIT");
  }
  for (const statement of plan.indexStatements) database.exec(statement);
  database.close();
  const cost: FloorCost = {
    seconds: (performance.now() - began) / 1_000,
    cpuSeconds: costOf("self").cpuSeconds - before,
  };
  console.log(JSON.stringify(cost));
}
