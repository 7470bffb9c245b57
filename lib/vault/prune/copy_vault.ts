/**
 * Copies a vault table by table into a new file, without gaps. It does not use SQLite's own VACUUM, which attaches a
 * database: Deno allows that only to programs that may do everything.
 */
import { VAULT_APPLICATION_ID } from "../../archive/catalogue/identity.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { freeBytes } from "../../release_memory.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { VAULT_FORMAT } from "../layout/vault_identity.ts";
import { prepareVault } from "../store/open_vault.ts";
import { BatchWriter } from "../take_in/batch_writer.ts";

const BATCH = 500;

/** Copies everything of an open vault into an empty file. */
export async function copyVault(from: Engine, path: string, onStep: (what: string) => void): Promise<void> {
  const to = await openEngine(path, { mode: "write" });
  try {
    prepareVault(to, "write");
    to.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE");
    to.transaction(() => {
      to.exec(`PRAGMA application_id = ${VAULT_APPLICATION_ID}; PRAGMA user_version = ${VAULT_FORMAT}`);
      const objects = (type: string) =>
        from.query("SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL ORDER BY rowid", [type])
          .map(([name, sql]) => ({ name: textOf(name) ?? "", sql: textOf(sql) ?? "" }));
      for (const { name, sql } of objects("table")) {
        onStep(name);
        to.exec(sql);
        copyTable(from, to, name);
      }
      for (const type of ["index", "view"]) for (const { sql } of objects(type)) to.exec(sql);
    });
  } finally {
    to.close();
  }
}

function copyTable(from: Engine, to: Engine, name: string): void {
  const columns = from.query("SELECT name, type, pk FROM pragma_table_info(?1)", [name]).map(([column, type, pk]) => ({
    name: quoteName(textOf(column) ?? ""),
    kind: type === "ANY" ? "number" as const : "plain" as const,
    key: Number(pk),
  }));
  const keys = columns.filter(({ key }) => key > 0).toSorted((a, b) => a.key - b.key);
  const list = keys.map((key) => key.name).join(", ");
  const places = keys.map((key) => columns.indexOf(key));
  const select = (where: string, limit: number) =>
    from.select(
      columns.map((column) => ({ sql: column.name, kind: column.kind })),
      `FROM ${quoteName(name)} ${where} ORDER BY ${list} LIMIT ${limit}`,
    );
  // Bytes of media are read one piece at a time, everything else by the hundred.
  const limit = name === "_anvil_blobs" ? 1 : BATCH;
  const first = select("", limit);
  const next = select(`WHERE (${list}) > (${keys.map((_, i) => `?${i + 1}`).join(", ")})`, limit);
  using writer = new BatchWriter(to, quoteName(name), columns);
  try {
    for (let rows = first.rows(); rows.length > 0;) {
      for (const row of rows) writer.add([], row);
      const last = rows.at(-1) ?? [];
      if (rows.length < limit) break;
      const after = places.map((place) => last[place] ?? null);
      if (limit === 1) {
        writer.flush();
        for (const cell of last) if (cell instanceof Uint8Array) freeBytes(cell);
      }
      rows = next.rows(after);
    }
    writer.flush();
  } finally {
    first.finalize();
    next.finalize();
  }
}
