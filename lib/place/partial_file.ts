/**
 * A file that is written under a partial name, readable by its owner only, and gets its own name when it is whole and
 * synced. It never overwrites; a failed file is removed.
 */
import { createHash } from "node:crypto";
import { AnvilSqliteError } from "../errors.ts";
import { storageError } from "../sqlite/storage_errors.ts";
import { cannotWrite } from "../disk/place_errors.ts";
import { giveFinalName } from "./final_name.ts";

/** Ending after the final name until a file or folder is whole. */
export const PARTIAL = ".partial";

/** Takes bytes, in order. */
export interface ByteSink {
  /** Writes all bytes before it resolves, so that the caller may then use their buffer again. */
  write(bytes: Uint8Array): void;
}

/** The result of writing a file. */
export interface WrittenFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Bytes after which the disk begins to write what it has so far. */
const SYNC_BYTES = 32_000_000;

/** A file that is being made. */
export class PartialFile implements ByteSink {
  /** The path that it is written to. */
  readonly path: string;
  readonly #finalPath: string | null;
  readonly #file: Deno.FsFile;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #open = true;
  /** A second handle, since one that is syncing takes no bytes meanwhile. */
  #second: Deno.FsFile | null = null;
  #syncing: Promise<null> | null = null;
  #failure: unknown = null;
  #given = 0;

  private constructor(path: string, finalPath: string | null) {
    this.path = path;
    this.#finalPath = finalPath;
    this.#file = createFile(path);
  }

  /**
   * Begins a file that gets its name at its end.
   * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
   */
  static create(finalPath: string): PartialFile {
    checkFree(finalPath);
    return new PartialFile(finalPath + PARTIAL, finalPath);
  }

  /** Begins a file in a folder that has a partial name itself. */
  static inside(path: string): PartialFile {
    return new PartialFile(path, null);
  }

  write(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes - this.#given >= SYNC_BYTES && this.#syncing === null) this.#syncMeanwhile();
  }

  /**
   * Lets the disk write while more is made: otherwise all of it waits for the end, a fifteenth of the time of a large
   * CSV.
   */
  #syncMeanwhile(): void {
    this.#given = this.#bytes;
    try {
      this.#second ??= Deno.openSync(this.path, { write: true });
    } catch {
      return; // Too many files are open, for example: then the sync at the end does all the work.
    }
    // Kept for the end: a system may report a failure only once.
    this.#syncing = this.#second.syncData().catch((cause) => void (this.#failure ??= cause))
      .then(() => this.#syncing = null);
  }

  /**
   * Syncs the file and names it.
   * @param sync whether to wait until the disk has it; thousands of small files would wait for minutes
   * @throws {AnvilSqliteError} `disk-full`, `disk-failed`, `destination-exists`, `cannot-write` (exit 21)
   */
  async finish(sync = true): Promise<WrittenFile> {
    try {
      await this.#syncing;
      if (this.#failure !== null) throw this.#failure;
      if (sync) await this.#file.sync();
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
    this.#close();
    if (this.#finalPath !== null) await giveFinalName(this.path, this.#finalPath);
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Removes an unfinished file; after {@link finish} it does nothing. */
  discard(): void {
    if (!this.#open) return;
    this.#close();
    Deno.removeSync(this.path);
  }

  #close(): void {
    this.#open = false;
    this.#second?.close();
    this.#file.close();
  }
}

/**
 * Makes sure that a name and its partial name are free.
 * @throws {AnvilSqliteError} `destination-exists` (exit 21)
 */
export function checkFree(finalPath: string): void {
  if (isThere(finalPath)) throw taken(finalPath, "Nothing is overwritten: choose another name with -o.");
  const partial = finalPath + PARTIAL;
  if (isThere(partial)) throw taken(partial, "Another run may be writing it. If none is, delete it and start again.");
}

function taken(path: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(`It exists already: ${path}`, { code: "destination-exists", hint });
}

/** Whether anything has a name, even a broken link. */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw cannotWrite(path, cause);
  }
}

function createFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): unknown {
  const known = storageError(cause, path);
  return known instanceof AnvilSqliteError ? known : cannotWrite(path, cause);
}
