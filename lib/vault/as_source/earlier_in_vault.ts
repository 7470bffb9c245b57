/**
 * What a vault can do for the next night that goes into it. Its newest complete snapshot shows what looks wrong. Media
 * that it has are neither fetched nor written again. It only reads.
 */
import { type EarlierMedia, LASTING_MEDIA } from "../../archive/media/earlier_media.ts";
import { mediaBytes } from "../../archive/media/media_lookup.ts";
import type { BackupOptions, EarlierBackup } from "../../backup/backup_options.ts";
import type { Predecessor } from "../../backup/looks_wrong.ts";
import { archiveLayout } from "../../ddl/lay_out_archive.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { appOf, groupKey, groupName } from "../../source/snapshot.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { provenanceAt } from "../store/known_lines.ts";
import { vaultExists } from "../store/new_vault.ts";
import { readVault } from "../store/open_vault.ts";
import { rowsAt } from "../store/rows_at.ts";
import { listSnapshots, type VaultSnapshot } from "../store/snapshots.ts";
import { columnsNumbered } from "../store/stored_columns.ts";
import { type StoredTable, TableStates } from "../store/table_states.ts";

/**
 * Looks into a vault, once the app is known.
 * @param reuses whether media are taken from it
 * @throws {AnvilSqliteError} `other-app` (exit 2) before anything is copied
 */
export function earlierInVault(path: string, reuses: boolean): NonNullable<BackupOptions["earlier"]> {
  return async (app): Promise<EarlierBackup | null> => {
    if (!await vaultExists(path)) return null;
    const vault = await readVault(path);
    try {
      const { engine } = vault;
      const snapshots = listSnapshots(engine);
      const newest = snapshots.at(-1);
      if (newest === undefined) return { predecessor: null, media: null, [Symbol.asyncDispose]: () => closed(vault) };
      const provenance = provenanceAt(engine, newest.number);
      const own = appOf((key) => textOf(provenance.get(key)));
      if (groupKey(own) !== groupKey(app)) throw otherApp(path, groupName(own), groupName(app));
      const complete = snapshots.findLast((one) => one.complete);
      const media = reuses && app.id !== "" ? mediaIn(engine) : null;
      return {
        predecessor: complete === undefined ? null : predecessorIn(engine, complete),
        media,
        [Symbol.asyncDispose]: () => {
          media?.[Symbol.dispose]();
          return closed(vault);
        },
      };
    } catch (error) {
      vault[Symbol.dispose]();
      throw error;
    }
  };
}

function closed(vault: Disposable): Promise<void> {
  vault[Symbol.dispose]();
  return Promise.resolve();
}

/** Media by Anvil's id, as they were last stored. */
function mediaIn(engine: Engine): EarlierMedia {
  const statement = engine.prepare(`
    SELECT s.sha256 FROM _anvil_media_uses AS u JOIN _anvil_media_states AS s ON s.use_id = u.id
    WHERE u.anvil_id = ?1 AND u.manager = ?2 AND u.content_type IS ?3 AND u.name IS ?4 AND s.state = 'stored'
    ORDER BY s._anvil_from DESC LIMIT 1`);
  return {
    find: ({ id, contentType, name }) => textOf(statement.rows([id, LASTING_MEDIA, contentType, name])[0]?.[0]),
    bytes: (sha256) => mediaBytes(engine, sha256),
    stay: true,
    [Symbol.dispose]: () => statement.finalize(),
  };
}

/** A snapshot as the backup before the next one. */
function predecessorIn(engine: Engine, { number }: VaultSnapshot): Predecessor {
  const tables = new TableStates(engine).listed(number);
  const { plan } = archiveLayout({ source: "archive", tables: tables.map(({ table }) => table) });
  const listed = new Map(tables.flatMap((table, at) => {
    const own = plan.tables[at];
    if (own === undefined) return [];
    const { state, rowsServer, rowsCopied, digest } = table;
    return [[table, { plan: { ...own, tableId: table.tableId }, state, rowsServer, rowsCopied, digest }] as const];
  }));
  return {
    catalogue: { tables: [...listed.values()], provenance: provenanceAt(engine, number) },
    // The file beside a vault has only media that are new, so its size cannot be compared.
    bytes: null,
    hasValues: (wanted, column) => {
      const table = [...listed].find(([, one]) => one === wanted)?.[0];
      return table !== undefined && hasValues(engine, table, column, number);
    },
  };
}

function hasValues(engine: Engine, table: StoredTable, column: number, snapshot: number): boolean {
  const stored = table.stored[column];
  if (stored === undefined) return false;
  for (const { cells } of rowsAt(engine, table.number, columnsNumbered(engine, table.number, [stored]), snapshot)) {
    if (cells[0] !== null) return true;
  }
  return false;
}

function otherApp(path: string, own: string, other: string): AnvilSqliteError {
  return new AnvilSqliteError(`The vault '${path}' is of ${own}, and this app is ${other}`, {
    code: "other-app",
    hint: "Give each app a vault of its own.",
  });
}
