/**
 * Makes a new vault. Until it holds a snapshot it has a temporary name, so that nobody finds an empty vault.
 */
import { PARTIAL_SUFFIX, VAULT_APPLICATION_ID } from "../../archive/catalogue/identity.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { CORE_INDEXES, CORE_TABLES } from "../layout/core_tables.ts";
import { VAULT_FORMAT } from "../layout/vault_identity.ts";
import { type OpenVault, prepareVault } from "./open_vault.ts";

/** Whether there is anything at a path. */
export async function vaultExists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  });
}

/**
 * Makes an empty vault beside its final name, readable by its owner only. If a killed run has left one there, it is
 * replaced.
 * @throws {AnvilSqliteError} `locked`, `cannot-write` (exit 21)
 */
export async function beginVault(finalPath: string): Promise<OpenVault> {
  const path = finalPath + PARTIAL_SUFFIX;
  try {
    Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
  } catch (cause) {
    throw cannotMake(finalPath, cause);
  }
  for (;;) {
    const engine = await openEngine(path, { mode: "write" });
    try {
      if (fill(engine)) return { engine, path, [Symbol.dispose]: () => engine.close() };
    } catch (error) {
      engine.close();
      throw error;
    }
    engine.close();
    await Deno.truncate(path);
  }
}

/** Locks a file against other runs and makes the tables in it; false when a killed run has left data in it. */
function fill(engine: Engine): boolean {
  prepareVault(engine, "write");
  // Pages can be freed later only if this is set before the first table (sqlite.org/pragma.html, auto_vacuum).
  engine.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  if (engine.query("SELECT 1 FROM sqlite_schema LIMIT 1").length > 0) {
    const isOurs = engine.query("PRAGMA application_id")[0]?.[0] === BigInt(VAULT_APPLICATION_ID);
    engine.exec("ROLLBACK");
    if (!isOurs) throw cannotMake(engine.path, "a file of this name is there already");
    return false;
  }
  engine.exec(`PRAGMA application_id = ${VAULT_APPLICATION_ID}; PRAGMA user_version = ${VAULT_FORMAT}`);
  for (const sql of [...CORE_TABLES.values(), ...CORE_INDEXES.values()]) engine.exec(sql);
  engine.exec("COMMIT");
  return true;
}

/**
 * Closes a new vault and gives it its name; never overwrites.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
 */
export async function nameVault(vault: OpenVault, finalPath: string): Promise<void> {
  // Without the exclusive lock, so that the file needs no other file.
  vault.engine.exec("PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema");
  vault[Symbol.dispose]();
  try {
    // Unlike a rename, a link fails when the name is taken.
    await Deno.link(vault.path, finalPath);
    await Deno.remove(vault.path);
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists || await vaultExists(finalPath)) throw taken(finalPath, cause);
    // For file systems without hard links.
    await Deno.rename(vault.path, finalPath).catch((error: unknown) => {
      throw cannotMake(finalPath, error);
    });
  }
}

/** Removes a new vault that is still empty. */
export async function dropVault(vault: OpenVault): Promise<void> {
  vault[Symbol.dispose]();
  for (const path of [vault.path, `${vault.path}-journal`]) {
    await Deno.remove(path).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}

function taken(path: string, cause: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`The file exists already: ${path}`, {
    code: "destination-exists",
    hint: "Another run has made the vault meanwhile: try again.",
    cause,
  });
}

function cannotMake(path: string, cause: unknown): AnvilSqliteError {
  const reason = cause instanceof Error ? cause.message.replace(/ \(os error \d+\)/, "") : String(cause);
  return new AnvilSqliteError(`Cannot make the vault '${path}': ${reason}`, {
    code: "cannot-write",
    hint: "Check that the folder is there, that you may write there, and free space.",
    cause,
  });
}
