/**
 * A vault as a source: a list of its snapshots. A snapshot extracts itself into a temporary file when it is opened. It
 * only reads the vault.
 */
import { LOOKS_WRONG } from "../../archive/catalogue/looks_wrong_code.ts";
import type { VaultReader } from "../../source/context.ts";
import { fileAt } from "../../source/file_snapshot.ts";
import { appOf, type SnapshotFile, type SourceSnapshot } from "../../source/snapshot.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { extractSnapshot } from "../give_back/extract.ts";
import { listedIds } from "../store/known_lines.ts";
import { readVault } from "../store/open_vault.ts";
import { listSnapshots, type VaultSnapshot } from "../store/snapshots.ts";
import { temporaryFile } from "./temporary_file.ts";

/** What reading a vault needs from a run. */
interface ReaderOptions {
  readonly now: Date;
  /** Called while a snapshot is extracted; it may throw to stop. */
  readonly onStep: (what: string, rows: number) => void;
  /** A new file for the one snapshot that is opened, which then stays; without this, a temporary file. */
  readonly into?: string;
}

/** Reads vaults for sources. */
export function vaultReader(options: ReaderOptions): VaultReader {
  return {
    list: async (path) => {
      using vault = await readVault(path);
      const { engine } = vault;
      const known = appLines(engine);
      const wrong = looksWrongAt(engine);
      return listSnapshots(engine).map((snapshot): SourceSnapshot => ({
        app: appOf((key) => known(key, snapshot.number)),
        name: snapshotName(path, snapshot.number),
        number: snapshot.number,
        start: new Date(snapshot.takenAt),
        complete: snapshot.complete,
        sameMoment: snapshot.kind === "consistent",
        digest: snapshot.digest,
        rows: snapshot.rows,
        bytes: snapshot.fileBytes,
        looksWrong: wrong(snapshot.number),
        changes: snapshot.changes,
        open: () => openSnapshot(path, snapshot, options),
      }));
    },
  };
}

/** The name of a snapshot of a vault that a user can type. */
function snapshotName(path: string, number: number): string {
  return `${path}@#${number}`;
}

async function openSnapshot(
  path: string,
  snapshot: VaultSnapshot,
  { now, onStep, into }: ReaderOptions,
): Promise<SnapshotFile> {
  const file = into === undefined ? await temporaryFile(path, "extract") : fileAt(into);
  try {
    using vault = await readVault(path);
    await extractSnapshot(vault, snapshot, {
      path: file.path,
      now,
      source: snapshotName(path, snapshot.number),
      onStep,
    });
    return file;
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** Provenance keys that identify the app. */
const APP_KEYS = ["app_id", "app_name", "environment", "url"] as const;

/** Reads these keys at a snapshot. */
function appLines(engine: Engine): (key: string, snapshot: number) => string | null {
  const lines = engine.query(
    `SELECT key, _anvil_from, value FROM _anvil_provenance
    WHERE key IN (${APP_KEYS.map((_, i) => `?${i + 1}`).join(", ")}) ORDER BY _anvil_from DESC`,
    APP_KEYS,
  );
  return (wanted, snapshot) => {
    const line = lines.find(([key, from]) => key === wanted && Number(from) <= snapshot);
    return textOf(line?.[2]);
  };
}

/** Reads what looked wrong at a snapshot. */
function looksWrongAt(engine: Engine): (snapshot: number) => readonly string[] {
  const texts = new Map(
    engine.query("SELECT id, message FROM _anvil_warnings WHERE code = ?1", [LOOKS_WRONG])
      .map(([id, message]) => [Number(id), textOf(message) ?? ""]),
  );
  if (texts.size === 0) return () => [];
  const lists = engine.query("SELECT _anvil_from, warnings FROM _anvil_warning_lists ORDER BY _anvil_from DESC")
    .map(([from, list]) => ({
      from: Number(from),
      wrong: listedIds(textOf(list) ?? "").flatMap((id) => texts.get(id) ?? []),
    }));
  return (snapshot) => lists.find(({ from }) => from <= snapshot)?.wrong ?? [];
}
