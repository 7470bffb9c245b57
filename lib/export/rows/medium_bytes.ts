/**
 * The bytes of a medium on their way out, compared with the SHA-256 in the archive. It only reads.
 */
import { createHash } from "node:crypto";
import type { MediaReader, StoredMedium } from "../../archive/media/media_reader.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { freeBytes } from "../../release_memory.ts";

/**
 * The bytes, piece by piece; a piece is valid until the next is asked for.
 * @throws {AnvilSqliteError} `damaged` (exit 4) after the last piece, when they are not those that were backed up
 */
export function* mediumBytes(reader: MediaReader, medium: StoredMedium): Iterable<Uint8Array> {
  const hash = createHash("sha256");
  for (const piece of reader.bytes(medium)) {
    hash.update(piece);
    yield piece;
    freeBytes(piece);
  }
  if (hash.digest("hex") !== medium.sha256) throw damagedMedium(medium);
}

/** The error of bytes that are not those that were backed up. */
export function damagedMedium(medium: StoredMedium): AnvilSqliteError {
  return new AnvilSqliteError(`The bytes of '${medium.name ?? medium.sha256}' are not those that were backed up`, {
    code: "damaged",
    hint: "Run 'verify' on the file, and use another backup.",
  });
}
