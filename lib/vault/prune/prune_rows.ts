/**
 * Deletes versions that no kept snapshot has from a table's history. Runs inside the caller's transaction.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { changeMask } from "../layout/change_mask.ts";
import { historyTable, liveTable, type StoredColumn, storedKind, storedName } from "../layout/row_tables.ts";
import { type RowLife, rowLives, type RowVersion } from "../store/row_versions.ts";
import { BatchWriter } from "../take_in/batch_writer.ts";
import type { KeptNumbers } from "./kept_numbers.ts";
import { mergeVersions } from "./merge_versions.ts";

/** Rows between two calls of `onRows`. */
const STEP = 10_000;
/** Columns of the history besides its cells. */
const LINE = ["_anvil_row", "_anvil_from", "_anvil_until", "_anvil_mask"] as const;

/**
 * Prunes a table.
 * @param columns numbered columns that some kept snapshot has
 * @param unused the other columns, which are emptied
 */
export function pruneRows(
  vault: Engine,
  table: number,
  columns: readonly StoredColumn[],
  unused: readonly StoredColumn[],
  kept: KeptNumbers,
  onRows: (rows: number) => void,
): void {
  const [live, history] = [liveTable(table), historyTable(table)];
  for (const name of [live, history]) {
    for (const { number } of unused) {
      vault.run(`UPDATE ${name} SET ${storedName(number)} = NULL WHERE ${storedName(number)} IS NOT NULL`);
    }
  }
  // The result is first written to another table, since a table must not change while it is read.
  const all = [...columns, ...unused].sort((a, b) => a.number - b.number);
  vault.exec(
    `CREATE TEMP TABLE _anvil_pruned (_anvil_row INTEGER, _anvil_from INTEGER, _anvil_until INTEGER, _anvil_mask BLOB${
      all.map(({ number, type }) => `, ${storedName(number)} ${type}`).join("")
    }) STRICT;
    CREATE TEMP TABLE _anvil_moved (_anvil_row INTEGER PRIMARY KEY, _anvil_from INTEGER NOT NULL)`,
  );
  try {
    {
      using lines = new LineWriter(vault, columns);
      let count = 0;
      for (const life of rowLives(vault, table, columns, { after: 0 })) {
        lines.write(life, mergeVersions(life.versions, kept));
        if (++count % STEP === 0) onRows(count);
      }
      lines.flush();
    }
    const list = [...LINE, ...all.map(({ number }) => storedName(number))].join(", ");
    vault.exec(`DELETE FROM ${history};
      INSERT INTO ${history} (${list}) SELECT ${list} FROM temp._anvil_pruned;
      UPDATE ${live} SET _anvil_from = (SELECT m._anvil_from FROM temp._anvil_moved AS m WHERE m._anvil_row = ${live}._anvil_row)
      WHERE _anvil_row IN (SELECT _anvil_row FROM temp._anvil_moved)`);
  } finally {
    vault.exec("DROP TABLE IF EXISTS temp._anvil_pruned; DROP TABLE IF EXISTS temp._anvil_moved");
  }
}

class LineWriter implements Disposable {
  readonly #columns: readonly StoredColumn[];
  readonly #lines: BatchWriter;
  readonly #move: Prepared;

  constructor(vault: Engine, columns: readonly StoredColumn[]) {
    this.#columns = columns;
    this.#lines = new BatchWriter(vault, "temp._anvil_pruned", [
      ...LINE.map((name) => ({ name, kind: "plain" }) as const),
      ...columns.map(({ number, type }) => ({ name: storedName(number), kind: storedKind(type) })),
    ]);
    this.#move = vault.prepare("INSERT INTO temp._anvil_moved (_anvil_row, _anvil_from) VALUES (?1, ?2)");
  }

  write({ row, versions: before }: RowLife, versions: readonly RowVersion[]): void {
    versions.forEach((version, at) => {
      const { from, until, cells } = version;
      if (until === Infinity) {
        if (before[0]?.from !== from) this.#move.run([row, BigInt(from)]);
        return;
      }
      const newer = versions[at - 1];
      const key = [row, BigInt(from), BigInt(until)];
      if (newer === undefined || newer.from !== until) return this.#lines.add([...key, null], cells);
      const differs = cells.map((cell, i) => !Object.is(cell, newer.cells[i]));
      const mask = changeMask(this.#columns.flatMap(({ number }, i) => differs[i] === true ? [number] : []));
      const old: SqlValue[] = cells.map((cell, i) => differs[i] === true ? cell : null);
      this.#lines.add([...key, mask], old);
    });
  }

  flush(): void {
    this.#lines.flush();
  }

  [Symbol.dispose](): void {
    this.#lines[Symbol.dispose]();
    this.#move.finalize();
  }
}

/** Numbers of rows that changed at each snapshot. */
export function countChanges(
  vault: Engine,
  table: number,
): ReadonlyMap<number, { readonly added: number; readonly changed: number; readonly removed: number }> {
  const [live, history] = [liveTable(table), historyTable(table)];
  const counts = (sql: string) => new Map(vault.query(sql).map(([number, count]) => [Number(number), Number(count)]));
  const begun = counts(`
    SELECT _anvil_from, count(*) FROM (SELECT _anvil_from FROM ${live} UNION ALL SELECT _anvil_from FROM ${history})
    GROUP BY 1`);
  const ended = counts(`SELECT _anvil_until, count(*) FROM ${history} GROUP BY 1`);
  const changed = counts(`
    SELECT _anvil_until, count(*) FROM ${history} AS h
    WHERE EXISTS (SELECT 1 FROM ${live} AS l WHERE l._anvil_row = h._anvil_row AND l._anvil_from = h._anvil_until)
      OR EXISTS (SELECT 1 FROM ${history} AS n WHERE n._anvil_row = h._anvil_row AND n._anvil_from = h._anvil_until)
    GROUP BY 1`);
  return new Map([...new Set([...begun.keys(), ...ended.keys()])].map((number) => {
    const both = changed.get(number) ?? 0;
    return [number, {
      added: (begun.get(number) ?? 0) - both,
      changed: both,
      removed: (ended.get(number) ?? 0) - both,
    }];
  }));
}
