/**
 * The list of a vault's snapshots. It reads and writes their lines only.
 */
import { type Engine } from "../../sqlite/engine.ts";
import { type SqlRow, textOf } from "../../sqlite/sql_value.ts";

/** Number of rows of each table that changed since the snapshot before, by Python name. */
export type TableChanges = Readonly<
  Record<string, { readonly added: number; readonly changed: number; readonly removed: number }>
>;

/** A snapshot as a vault lists it. */
export interface VaultSnapshot {
  /** From 1; a number is never used again. */
  readonly number: number;
  /** When the backup began, UTC in ISO 8601. */
  readonly takenAt: string;
  readonly addedAt: string;
  readonly complete: boolean;
  /** `consistent` when all rows are from the same moment. */
  readonly kind: string;
  readonly rows: number;
  /** Size of the file that was taken in. */
  readonly fileBytes: number;
  readonly digest: string;
  /** Number of the snapshot with which it was compared; null for the first. */
  readonly previous: number | null;
  /** Only tables that changed; null when that is not known. */
  readonly changes: TableChanges | null;
  readonly brokenLinks: number;
  /** Digest of the list of broken links. */
  readonly brokenLinksDigest: string;
  readonly seal: string;
}

const COLUMNS = `id, taken_at, added_at, complete, snapshot_kind, row_count, file_bytes, digest, previous, changes,
  broken_links, broken_links_sha256, seal`;

/** All snapshots, oldest first. */
export function listSnapshots(engine: Engine): readonly VaultSnapshot[] {
  return engine.query(`SELECT ${COLUMNS} FROM _anvil_snapshots ORDER BY id`).map(snapshotOf);
}

function snapshotOf(row: SqlRow): VaultSnapshot {
  const changes = textOf(row[9]);
  return {
    number: Number(row[0]),
    takenAt: textOf(row[1]) ?? "",
    addedAt: textOf(row[2]) ?? "",
    complete: row[3] === "yes",
    kind: textOf(row[4]) ?? "",
    rows: Number(row[5]),
    fileBytes: Number(row[6]),
    digest: textOf(row[7]) ?? "",
    previous: typeof row[8] === "bigint" ? Number(row[8]) : null,
    changes: changes === null ? null : parsedChanges(changes),
    brokenLinks: Number(row[10]),
    brokenLinksDigest: textOf(row[11]) ?? "",
    seal: textOf(row[12]) ?? "",
  };
}

function parsedChanges(text: string): TableChanges | null {
  try {
    return JSON.parse(text) as TableChanges;
  } catch {
    return null;
  }
}

/** Writes the line of a snapshot, replacing an older one. Runs in the caller's transaction. */
export function writeSnapshot(engine: Engine, snapshot: VaultSnapshot): void {
  engine.run(
    `INSERT OR REPLACE INTO _anvil_snapshots (${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)`,
    [
      BigInt(snapshot.number),
      snapshot.takenAt,
      snapshot.addedAt,
      snapshot.complete ? "yes" : "no",
      snapshot.kind,
      BigInt(snapshot.rows),
      BigInt(snapshot.fileBytes),
      snapshot.digest,
      snapshot.previous === null ? null : BigInt(snapshot.previous),
      snapshot.changes === null ? null : JSON.stringify(snapshot.changes),
      BigInt(snapshot.brokenLinks),
      snapshot.brokenLinksDigest,
      snapshot.seal,
    ],
  );
}
