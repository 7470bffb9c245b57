/**
 * Hashes the bytes of all media of a file in one walk over them. To look up each medium would take several times as
 * long when there are many small ones. It only reads.
 */
import { createHash } from "node:crypto";
import type { Engine } from "../../sqlite/engine.ts";
import { integerOf } from "../../sqlite/sql_value.ts";
import { freeBytes } from "../../release_memory.ts";
import { mediaBytes } from "./media_lookup.ts";

/** Pieces whose sizes are read together. */
const SIZES = 500;
/** Bytes of pieces that are read together; one piece may be larger. */
const BATCH_BYTES = 1_048_576;
/** The form of a hash; text behind a NUL is not read. */
const SHA256 = /^[0-9a-f]{64}$/;
const EMPTY_SHA256 = createHash("sha256").digest("hex");

/**
 * Number of bytes of each medium, by its hash in hexadecimal; null if the bytes do not fit the hash, or a piece is
 * missing: readers of a medium stop there.
 */
export function intactMedia(engine: Engine): ReadonlyMap<string, number | null> {
  const found = new Map<string, number | null>();
  // Also in a file without this hash: a medium without bytes has no pieces.
  let medium = new HashedMedium(EMPTY_SHA256);
  for (const piece of pieces(engine)) {
    if (piece.sha256 !== medium.sha256) {
      found.set(medium.sha256, medium.intactBytes());
      medium = new HashedMedium(piece.sha256);
    }
    medium.add(piece);
  }
  return found.set(medium.sha256, medium.intactBytes());
}

/** The same for one medium, whatever the state of others. */
export function intactMedium(engine: Engine, sha256: string): number | null {
  const medium = new HashedMedium(sha256);
  let n = 0n;
  for (const bytes of mediaBytes(engine, sha256)) medium.add({ sha256, n: n++, bytes });
  const [last] = engine.query("SELECT max(n) FROM _anvil_blobs WHERE sha256 = ?1", [sha256]);
  return (integerOf(last?.[0]) ?? -1n) === n - 1n ? medium.intactBytes() : null;
}

class HashedMedium {
  readonly sha256: string;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #pieces = 0n;
  #isWhole = true;

  constructor(sha256: string) {
    this.sha256 = sha256;
  }

  add({ n, bytes }: Piece): void {
    if (n !== this.#pieces++) this.#isWhole = false;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  intactBytes(): number | null {
    return this.#hash.digest("hex") === this.sha256 && this.#isWhole ? this.#bytes : null;
  }
}

interface Piece {
  readonly sha256: string;
  readonly n: bigint;
  readonly bytes: Uint8Array;
}

/** All pieces by hash and number; the bytes of one are gone when the next is asked for. */
function* pieces(engine: Engine): Iterable<Piece> {
  const sizes = engine.prepare(`
    SELECT sha256, n, length(bytes) FROM _anvil_blobs
    WHERE (sha256, n) > (?1, ?2) ORDER BY sha256, n LIMIT ${SIZES}`);
  const some = engine.prepare(`
    SELECT sha256, n, bytes FROM _anvil_blobs
    WHERE (sha256, n) > (?1, ?2) ORDER BY sha256, n LIMIT ?3`);
  try {
    let [lastHash, lastNumber] = ["", -1n];
    for (;;) {
      const lengths = sizes.rows([lastHash, lastNumber]).map(([, , length]) => Number(length));
      if (lengths.length === 0) return;
      while (lengths.length > 0) {
        const count = fitting(lengths);
        lengths.splice(0, count);
        const batch = some.rows([lastHash, lastNumber, BigInt(count)]);
        if (batch.length < count) return;
        for (const [sha256, number, bytes] of batch) {
          const n = integerOf(number);
          // Only a damaged file has anything else here, and reading on might never end.
          if (typeof sha256 !== "string" || n === null || !(bytes instanceof Uint8Array)) return;
          if (!SHA256.test(sha256) || sha256 === lastHash && n <= lastNumber) return;
          [lastHash, lastNumber] = [sha256, n];
          yield { sha256, n, bytes };
          freeBytes(bytes);
        }
      }
    }
  } finally {
    sizes.finalize();
    some.finalize();
  }
}

/** How many of some pieces to read together, at least one. */
function fitting(lengths: readonly number[]): number {
  let bytes = 0;
  const end = lengths.findIndex((length) => (bytes += length) > BATCH_BYTES);
  return end === -1 ? lengths.length : Math.max(1, end);
}
