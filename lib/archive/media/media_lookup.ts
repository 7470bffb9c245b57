/**
 * Looks a medium up by the id in its cell: what is known of it, and its bytes piece by piece. It only reads.
 */
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";

/** What a digest needs to know of a medium. */
interface MediaFacts {
  /** Hexadecimal; null when the bytes are not in the file. */
  readonly sha256: string | null;
  readonly contentType: string | null;
  readonly name: string | null;
}

/** Looks up a medium by the id in a media cell; null when the file has no such medium. */
export type MediaLookup = (id: bigint) => MediaFacts | null;

/** Looks media up by id, for digests. */
export function mediaLookup(engine: Engine): MediaLookup & Disposable {
  const statement = engine.prepare("SELECT sha256, content_type, name FROM _anvil_media_objects WHERE id = ?1");
  const lookup = (id: bigint): MediaFacts | null => {
    const [row] = statement.rows([id]);
    return row === undefined ? null : { sha256: textOf(row[0]), contentType: textOf(row[1]), name: textOf(row[2]) };
  };
  return Object.assign(lookup, { [Symbol.dispose]: () => statement.finalize() });
}

/** The bytes of a medium, in order, without holding more than one piece. */
export function* mediaBytes(engine: Engine, sha256: string): Iterable<Uint8Array> {
  const statement = engine.prepare("SELECT bytes FROM _anvil_blobs WHERE sha256 = ?1 AND n = ?2");
  try {
    for (let n = 0n;; n++) {
      const [row] = statement.rows([sha256, n]);
      const bytes = row?.[0];
      if (!(bytes instanceof Uint8Array)) return;
      yield bytes;
    }
  } finally {
    statement.finalize();
  }
}
