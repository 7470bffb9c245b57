/**
 * Whether every snapshot of a vault is as it was taken in: SQLite's own checks, each snapshot's seal, the digest of
 * each of its tables, and the bytes of every medium. It also looks for anything that belongs to no snapshot. It only
 * reads, and reads the whole vault.
 */
import { fileDigest } from "../../archive/digest/table_digest.ts";
import { integrityProblems } from "../../archive/making/integrity.ts";
import { intactMedia } from "../../archive/media/intact_media.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import type { Finding } from "../../verify/finding.ts";
import { historyTable, liveTable } from "../layout/row_tables.ts";
import { listedIds } from "../store/known_lines.ts";
import type { OpenVault } from "../store/open_vault.ts";
import { snapshotSeal } from "../store/snapshot_seal.ts";
import { listSnapshots, type VaultSnapshot } from "../store/snapshots.ts";
import { storedColumns } from "../store/stored_columns.ts";
import { type StoredTable, TableStates } from "../store/table_states.ts";
import { recordedSchemaSeal, schemaSeal } from "../store/views.ts";
import { MediaLives } from "./media_lives.ts";
import { digestSnapshots, type WantedDigest } from "./table_check.ts";

/** How a vault is checked. */
interface VerifyVaultOptions {
  /** Called before each part and for each block of rows, with the number of rows done; it may throw to stop. */
  readonly onStep: (what: string, done: number, of: number) => void;
}

/** Something wrong in a vault. `snapshots` are the affected ones; null means all. */
export interface VaultFinding extends Finding {
  readonly snapshots: readonly number[] | null;
}

/** Checks a vault; an empty result means that every snapshot is good. */
export function* verifyVault(vault: OpenVault, { onStep }: VerifyVaultOptions): Iterable<VaultFinding> {
  const { engine } = vault;
  engine.exec("BEGIN");
  try {
    onStep("integrity", 0, 0);
    for (const message of integrityProblems(engine)) yield finding("integrity", message);
    // From here on rows are read in order: a large cache gains nothing.
    engine.exec("PRAGMA cache_size = -4000");
    if (recordedSchemaSeal(engine) !== schemaSeal(engine)) {
      yield finding("catalogue", "The vault's tables or views were changed by something else");
    }
    const snapshots = listSnapshots(engine);
    const states = new TableStates(engine);
    onStep("catalogue", 0, 0);
    for (const snapshot of snapshots) yield* sealFindings(engine, snapshot, states);
    yield* strayFindings(engine, snapshots);
    yield* rowFindings(engine, snapshots, states, onStep);
    onStep("media", 0, 0);
    yield* mediaFindings(engine);
  } finally {
    engine.exec("COMMIT");
  }
}

function finding(
  kind: Finding["kind"],
  message: string,
  snapshots: readonly number[] | null = null,
  table: string | null = null,
): VaultFinding {
  return { kind, table, row: null, message, snapshots };
}

function* sealFindings(engine: Engine, snapshot: VaultSnapshot, states: TableStates): Iterable<VaultFinding> {
  const { seal, ...facts } = snapshot;
  const { number } = snapshot;
  if (snapshotSeal(engine, facts, states) !== seal) {
    yield finding("catalogue", `What is known of snapshot #${number} is not as it was taken in`, [number]);
  }
  const digests = states.listed(number).flatMap(({ tableId, digest }) =>
    digest === null ? [] : [{ id: tableId, digest }]
  );
  if (fileDigest(digests) !== snapshot.digest) {
    yield finding("catalogue", `The digest of snapshot #${number} does not fit the digests of its tables`, [number]);
  }
}

function* rowFindings(
  engine: Engine,
  snapshots: readonly VaultSnapshot[],
  states: TableStates,
  onStep: VerifyVaultOptions["onStep"],
): Iterable<VaultFinding> {
  const wanted = new Map<number, WantedDigest[]>();
  for (const { number } of snapshots.toReversed()) {
    for (const table of states.listed(number).filter(({ state }) => state === "copied")) {
      wanted.set(table.number, [...wanted.get(table.number) ?? [], { snapshot: number, table }]);
    }
  }
  const sizes = new Map([...wanted.keys()].map((table) => [table, countRows(engine, table)]));
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let done = 0;
  using media = new MediaLives(engine);
  for (const [number, digests] of wanted) {
    const columns = [...storedColumns(engine, number).values()];
    const name = digests[0]?.table.table.name ?? "";
    onStep(`table ${name}`, done, all);
    const onBlock = (rows: number) => onStep(`table ${name}`, done += rows, all);
    const wrong = digestSnapshots(engine, columns, digests, media, onBlock).filter(({ table, digest, mediaDigest }) =>
      table.digest !== digest || table.mediaDigest !== mediaDigest
    );
    for (const { snapshot, table } of wrong) yield rowFinding(table, snapshot);
  }
}

function rowFinding({ table: { name } }: StoredTable, snapshot: number): VaultFinding {
  return finding("digest", `Table '${name}' is not what was backed up in snapshot #${snapshot}`, [snapshot], name);
}

function countRows(engine: Engine, table: number): number {
  return Number(engine.query(`SELECT count(*) FROM ${liveTable(table)}`)[0]?.[0] ?? 0);
}

function* mediaFindings(engine: Engine): Iterable<VaultFinding> {
  const found = intactMedia(engine);
  const stored = engine.query(`
    SELECT sha256, min(length), max(length), min(use_id) FROM _anvil_media_states WHERE sha256 IS NOT NULL
    GROUP BY sha256 ORDER BY 4`);
  for (const [sha256, least, most, use] of stored) {
    const bytes = found.get(textOf(sha256) ?? "") ?? null;
    if (bytes !== null && least === BigInt(bytes) && most === least) continue;
    yield finding("media", `The bytes of file ${use} (SHA-256 ${sha256}) are damaged or missing`);
  }
}

/** Finds data that belongs to no snapshot: something else has put it there, or it has lost its place. */
function* strayFindings(engine: Engine, snapshots: readonly VaultSnapshot[]): Iterable<VaultFinding> {
  const listed = engine.query("SELECT warnings FROM _anvil_warning_lists").flatMap(([list]) =>
    listedIds(textOf(list) ?? "")
  );
  const known = new Set(listed);
  const warnings = engine.query("SELECT id FROM _anvil_warnings").filter(([id]) => !known.has(Number(id))).length;
  const kept = `(${snapshots.map(({ number }) => number).join(", ")})`;
  const counts: readonly (readonly [what: string, sql: string])[] = [
    ["schemas", "SELECT count(*) FROM _anvil_schemas WHERE id NOT IN (SELECT schema_id FROM _anvil_table_states)"],
    ["files", "SELECT count(*) FROM _anvil_media_uses WHERE id NOT IN (SELECT use_id FROM _anvil_media_states)"],
    [
      "bytes of files",
      `SELECT count(*) FROM _anvil_blobs
      WHERE sha256 NOT IN (SELECT sha256 FROM _anvil_media_states WHERE sha256 IS NOT NULL)`,
    ],
    ["notes", "SELECT count(*) FROM _anvil_vault WHERE key <> 'schema_seal'"],
    ...["_anvil_provenance", "_anvil_table_states", "_anvil_warning_lists", "_anvil_media_states"].map((name) =>
      [`lines of ${name}`, `SELECT count(*) FROM ${name} WHERE _anvil_from NOT IN ${kept}`] as const
    ),
    ...rowTables(engine).flatMap((table) => [
      [
        `rows of ${liveTable(table)}`,
        `SELECT count(*) FROM ${liveTable(table)} WHERE _anvil_from NOT IN ${kept}`,
      ] as const,
      [
        `rows of ${historyTable(table)}`,
        `SELECT count(*) FROM ${historyTable(table)} WHERE _anvil_from NOT IN ${kept} OR _anvil_until NOT IN ${kept}
          OR _anvil_from >= _anvil_until`,
      ] as const,
    ]),
  ];
  const strays = [
    ["warnings", warnings] as const,
    ...counts.map(([what, sql]) => [what, Number(engine.query(sql)[0]?.[0] ?? 0)] as const),
  ];
  for (const [what, count] of strays) {
    if (count > 0) yield finding("catalogue", `${count} ${what} belong to no snapshot`);
  }
}

function rowTables(engine: Engine): readonly number[] {
  return engine.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '_anvil_live_*' ORDER BY name")
    .map(([name]) => Number((textOf(name) ?? "").slice("_anvil_live_".length)));
}
