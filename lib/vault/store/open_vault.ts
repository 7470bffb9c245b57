/**
 * Opens a vault, and refuses any other file. It reads nothing from a file before its schema is known to be one that
 * this program writes: otherwise code in a crafted file would run on every read.
 */
import { VAULT_APPLICATION_ID } from "../../archive/catalogue/identity.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { CORE_INDEXES, CORE_TABLES } from "../layout/core_tables.ts";
import { isRowTable } from "../layout/row_tables.ts";
import { VAULT_FORMAT } from "../layout/vault_identity.ts";

/** An open vault. */
export interface OpenVault extends Disposable {
  readonly engine: Engine;
  readonly path: string;
}

/** How long a statement waits for another run that uses the vault, in milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * Opens a vault for reading. What a killed run has left half written is rolled back first.
 * @throws {AnvilSqliteError} `cannot-open`, `not-a-vault`, `newer-format`, `unfinished-write` (exit 20), `locked` (exit 21),
 * `damaged`, `damaged-vault` (exit 4)
 */
export async function readVault(path: string): Promise<OpenVault> {
  try {
    return await opened(path, "read");
  } catch (error) {
    if (!(error instanceof AnvilSqliteError) || error.code !== "unfinished-write") throw error;
    await rollBack(path, error);
    return await opened(path, "read");
  }
}

/**
 * Opens a vault for writing.
 * @throws {AnvilSqliteError} as {@link readVault}
 */
export async function writeVault(path: string): Promise<OpenVault> {
  // It must be known to be a vault before it is opened for writing, since SQLite may write to it then.
  (await readVault(path))[Symbol.dispose]();
  return await opened(path, "write");
}

async function opened(path: string, mode: "read" | "write"): Promise<OpenVault> {
  const engine = await openEngine(path, { mode });
  try {
    prepareVault(engine, mode);
    checkVault(engine);
    return vaultOf(engine);
  } catch (error) {
    engine.close();
    throw error;
  }
}

function vaultOf(engine: Engine): OpenVault {
  return { engine, path: engine.path, [Symbol.dispose]: () => engine.close() };
}

/** Sets up a connection to a vault. */
export function prepareVault(engine: Engine, mode: "read" | "write"): void {
  engine.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}; PRAGMA cache_size = -16000`);
  if (mode === "write") engine.exec("PRAGMA synchronous = FULL");
}

/** Rolls back what a killed run has left half written: it opens the file for writing once. */
async function rollBack(path: string, unfinished: AnvilSqliteError): Promise<void> {
  let engine: Engine | null = null;
  try {
    engine = await openEngine(path, { mode: "write" });
    engine.query("SELECT count(*) FROM sqlite_schema");
  } catch (cause) {
    throw new AnvilSqliteError(`'${path}' was left in the middle of a write, and cannot be written to mend it`, {
      code: "unfinished-write",
      hint: `Copy it and '${path}-journal' to a place where both can be written.`,
      cause: cause instanceof Error ? cause : unfinished,
    });
  } finally {
    engine?.close();
  }
}

/**
 * Checks that an open file is a vault in which every table is as this program makes it. It does not check views: no
 * part of the program reads one.
 * @throws {AnvilSqliteError} `not-a-vault`, `newer-format` (exit 20), `damaged-vault` (exit 4)
 */
function checkVault(engine: Engine): void {
  checkIdentity(engine);
  const missing = new Set([...CORE_TABLES.keys(), ...CORE_INDEXES.keys()]);
  for (const [type, name, sql] of engine.query("SELECT type, name, sql FROM sqlite_schema")) {
    const object = textOf(name) ?? "";
    const isKnown = type === "view" ||
      type === "index" && (sql === null || CORE_INDEXES.get(object) === sql) ||
      type === "table" && (CORE_TABLES.get(object) === sql || isRowTable(textOf(sql) ?? ""));
    if (!isKnown) throw damagedVault(engine.path, `'${object}' in it was not made by this program`);
    missing.delete(object);
  }
  const [first] = missing;
  if (first !== undefined) throw damagedVault(engine.path, `'${first}' is missing in it`);
}

function checkIdentity(engine: Engine): void {
  if (applicationId(engine) !== VAULT_APPLICATION_ID) throw notAVault(engine.path);
  const version = Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0);
  if (version <= VAULT_FORMAT) return;
  throw new AnvilSqliteError(
    `'${engine.path}' is a vault of format ${version}; this program knows formats up to ${VAULT_FORMAT}`,
    { code: "newer-format", hint: "Get the newest version of anvil-sqlite." },
  );
}

function applicationId(engine: Engine): number {
  try {
    return Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0);
  } catch (cause) {
    if (cause instanceof AnvilSqliteError && cause.code !== "not-a-database") throw cause;
    throw notAVault(engine.path, cause);
  }
}

function notAVault(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is not a vault`, {
    code: "not-a-vault",
    hint: "Give a file that 'anvil-sqlite vault add' or 'backup --vault' has made.",
    cause,
  });
}

/** The error of a vault that was changed or damaged. */
export function damagedVault(path: string, what: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`The vault '${path}' is damaged: ${what}`, {
    code: "damaged-vault",
    hint: "Use a copy of it. 'verify --all' says which snapshots are still good; 'extract' gets those out.",
    cause,
  });
}
