/**
 * Stores media of an archive: one row for each use, the bytes once per SHA-256, in rows of at most 1 MiB. A medium of
 * more than a few MiB is spooled beside the file while it arrives, so that memory stays small. It does not know where
 * bytes come from.
 */
import { createHash } from "node:crypto";
import { BLOB_CHUNK_BYTES, type MediaState } from "../../ddl/catalogue_tables.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf } from "../../sqlite/sql_value.ts";
import { freeBytes } from "../../release_memory.ts";
import { withStorageErrors } from "../../sqlite/storage_errors.ts";

/** A use of a medium, as the app knows it. */
interface MediaUse {
  readonly contentType: string | null;
  readonly name: string | null;
  readonly manager: string;
  readonly id: string;
}

/** A use, as another file has it. */
interface KeptUse {
  readonly id: bigint;
  readonly contentType: string | null;
  readonly name: string | null;
  readonly manager: string;
  readonly anvilId: string;
}

/** Bytes in another file, with what is known of them. */
interface KeptBytes {
  readonly sha256: string;
  readonly length: number;
  readonly pieces: () => Iterable<Uint8Array>;
}

/** A medium that is being received. */
export interface MediaReceipt {
  /** Starts again; bytes that came before are forgotten. */
  begin(): void;
  /** Takes the next bytes. They and their buffer belong to the receipt from now on. */
  chunk(bytes: Uint8Array): void;
  /** Stores what was received, in a transaction of its own; returns the number of bytes. */
  store(): number;
  /** The same, if what was received has this SHA-256. Otherwise it stores nothing and returns null. */
  storeAs(sha256: string): number | null;
  /**
   * Stores a medium without its bytes, which are kept elsewhere, if these pieces have this SHA-256; returns the number
   * of bytes. Otherwise it stores nothing and returns null.
   */
  refer(sha256: string, pieces: Iterable<Uint8Array>): number | null;
  /** Forgets what was received. After {@link store} it does nothing. */
  discard(): void;
}

/** Ending of a spool's name, behind the file's; the medium's id follows. */
export const SPOOL_ENDING = ".media-";

/** Bytes of one medium held in memory before it is spooled. */
const MEMORY_BYTES = 4 * BLOB_CHUNK_BYTES;

/** Writes media into an open archive. */
export class MediaStore {
  readonly #engine: Engine;
  readonly #insertUse: Prepared;
  readonly #insertBlob: Prepared;
  readonly #hasBlob: Prepared;
  readonly #setState: Prepared;
  #nextId: bigint;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#insertUse = engine.prepare(`
      INSERT INTO _anvil_media_objects (id, content_type, name, manager, anvil_id, state)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)`);
    this.#insertBlob = engine.prepare("INSERT INTO _anvil_blobs (sha256, n, bytes) VALUES (?1, ?2, ?3)");
    this.#hasBlob = engine.prepare("SELECT 1 FROM _anvil_blobs WHERE sha256 = ?1 LIMIT 1");
    this.#setState = engine.prepare(
      "UPDATE _anvil_media_objects SET state = ?2, sha256 = ?3, length = ?4 WHERE id = ?1",
    );
    const [row] = engine.query("SELECT coalesce(max(id), 0) FROM _anvil_media_objects");
    this.#nextId = (integerOf(row?.[0]) ?? 0n) + 1n;
  }

  /** Records a use and returns its id, the value of the media cell. Runs in the caller's transaction. */
  addUse(use: MediaUse, state: MediaState): bigint {
    const id = this.#nextId++;
    this.#insertUse.run([id, use.contentType, use.name, use.manager, use.id, state]);
    return id;
  }

  /**
   * Records a use that another file has, under the same id, with its bytes if they are there. Runs in the caller's
   * transaction.
   */
  keepUse(use: KeptUse, state: MediaState, stored: KeptBytes | null = null): void {
    this.#insertUse.run([use.id, use.contentType, use.name, use.manager, use.anvilId, state]);
    if (use.id >= this.#nextId) this.#nextId = use.id + 1n;
    if (stored !== null) this.#file(use.id, stored.sha256, stored.length, stored.pieces);
  }

  /** Marks a medium whose bytes could not be fetched. Runs in the caller's transaction. */
  setFailed(id: bigint): void {
    this.#setState.run([id, "failed", null, null]);
  }

  /** Receives the bytes of a use. */
  receive(id: bigint): MediaReceipt {
    return new Receipt(
      `${this.#engine.path}${SPOOL_ENDING}${id}`,
      (sha256, length, pieces) => this.#engine.transaction(() => this.#file(id, sha256, length, pieces)),
      (sha256, length) =>
        this.#engine.transaction(() => {
          this.#setState.run([id, "stored", sha256, BigInt(length)]);
        }),
    );
  }

  #file(id: bigint, sha256: string, length: number, pieces: () => Iterable<Uint8Array>): void {
    if (this.#hasBlob.rows([sha256]).length === 0) {
      let n = 0n;
      for (const piece of pieces()) this.#insertBlob.run([sha256, n++, piece]);
    }
    this.#setState.run([id, "stored", sha256, BigInt(length)]);
  }

  finalize(): void {
    for (const statement of [this.#insertUse, this.#insertBlob, this.#hasBlob, this.#setState]) statement.finalize();
  }
}

type Referrer = (sha256: string, length: number) => void;
type Filer = (sha256: string, length: number, pieces: () => Iterable<Uint8Array>) => void;

class Receipt implements MediaReceipt {
  #spoolPath: string;
  readonly #file: Filer;
  readonly #refer: Referrer;
  #hash = createHash("sha256");
  #length = 0;
  #parts: Uint8Array[] = [];
  #spool: Deno.FsFile | null = null;

  constructor(spoolPath: string, file: Filer, refer: Referrer) {
    this.#spoolPath = spoolPath;
    this.#file = file;
    this.#refer = refer;
  }

  begin(): void {
    this.discard();
    this.#hash = createHash("sha256");
    this.#length = 0;
  }

  chunk(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#length += bytes.length;
    this.#parts.push(bytes);
    if (this.#length > MEMORY_BYTES) withStorageErrors(this.#spoolPath, () => this.#spoolParts());
  }

  #spoolParts(): void {
    if (this.#spool === null) [this.#spool, this.#spoolPath] = openSpool(this.#spoolPath);
    for (const part of this.#parts) {
      writeAll(this.#spool, part);
      freeBytes(part);
    }
    this.#parts = [];
  }

  store(): number {
    return this.#store(this.#hash.digest("hex"));
  }

  storeAs(wanted: string): number | null {
    const sha256 = this.#hash.digest("hex");
    if (sha256 === wanted) return this.#store(sha256);
    this.begin();
    return null;
  }

  refer(wanted: string, pieces: Iterable<Uint8Array>): number | null {
    const hash = createHash("sha256");
    let length = 0;
    for (const piece of pieces) {
      hash.update(piece);
      length += piece.length;
      freeBytes(piece);
    }
    if (hash.digest("hex") !== wanted) return null;
    this.#refer(wanted, length);
    return length;
  }

  #store(sha256: string): number {
    const spool = this.#spool;
    this.#file(
      sha256,
      this.#length,
      () => spool === null ? piecesOf(joined(this.#parts, this.#length)) : piecesOfFile(spool),
    );
    this.discard();
    return this.#length;
  }

  discard(): void {
    for (const part of this.#parts) freeBytes(part);
    this.#parts = [];
    this.#spool?.close();
    if (this.#spool !== null) removeIfThere(this.#spoolPath);
    this.#spool = null;
  }
}

/**
 * Opens a spool under the first of some names that is free, since an existing file may be the user's. Its name is
 * removed at once, so that a killed run leaves nothing; Windows keeps names of open files.
 */
function openSpool(wanted: string): readonly [file: Deno.FsFile, path: string] {
  for (let n = 1;; n++) {
    const path = n === 1 ? wanted : `${wanted}-${n}`;
    try {
      const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode: 0o600 });
      if (Deno.build.os !== "windows") Deno.removeSync(path);
      return [file, path];
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Pieces of bytes, which are gone after the last one. */
function* piecesOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += BLOB_CHUNK_BYTES) yield bytes.subarray(at, at + BLOB_CHUNK_BYTES);
  freeBytes(bytes);
}

function* piecesOfFile(file: Deno.FsFile): Iterable<Uint8Array> {
  file.seekSync(0, Deno.SeekMode.Start);
  const piece = new Uint8Array(BLOB_CHUNK_BYTES);
  for (;;) {
    let filled = 0;
    while (filled < piece.length) {
      const read = file.readSync(piece.subarray(filled));
      if (read === null) break;
      filled += read;
    }
    if (filled > 0) yield piece.subarray(0, filled);
    if (filled < piece.length) return;
  }
}
