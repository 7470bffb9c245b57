/**
 * Which media a file has, and whether each use has its bytes and all bytes have a use. It only reads.
 */
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";

/** Bytes that are stored once, with the uses that share them. */
interface StoredBlob {
  readonly sha256: string;
  /** Bytes, as recorded; null when the uses disagree. */
  readonly length: number | null;
  /** Ids in `_anvil_media_objects`, separated by commas. */
  readonly uses: string;
}

/** What {@link mediaInventory} finds. */
interface MediaInventory {
  readonly blobs: readonly StoredBlob[];
  /** Sentences about uses without bytes and bytes without use. */
  readonly problems: readonly string[];
}

/** Compares the media of a file with their uses. */
export function mediaInventory(engine: Engine): MediaInventory {
  const blobs = engine.query(`
    SELECT sha256, min(length), max(length), group_concat(id, ', ') FROM _anvil_media_objects
    WHERE state = 'stored' GROUP BY sha256 ORDER BY min(id)`);
  const bytesless = engine.query(`
    SELECT id FROM _anvil_media_objects AS m
    WHERE state = 'stored' AND (sha256 IS NULL OR length > 0 AND NOT EXISTS (
      SELECT 1 FROM _anvil_blobs WHERE sha256 = m.sha256))`);
  // No index leads from a hash to its uses: a subquery for each blob would read all uses each time.
  const useless = engine.query(`
    SELECT DISTINCT sha256 FROM _anvil_blobs
    WHERE sha256 NOT IN (SELECT sha256 FROM _anvil_media_objects WHERE sha256 IS NOT NULL)`);
  return {
    blobs: blobs.flatMap(([sha256, least, most, uses]) => {
      const [low, high] = [integerOf(least), integerOf(most)];
      if (typeof sha256 !== "string") return [];
      return [{ sha256, length: low === high && low !== null ? Number(low) : null, uses: textOf(uses) ?? "" }];
    }),
    problems: [
      ...bytesless.map(([id]) => `Medium ${id} has lost its bytes`),
      ...useless.map(([sha256]) => `Bytes with SHA-256 ${sha256} belong to no medium`),
    ],
  };
}
