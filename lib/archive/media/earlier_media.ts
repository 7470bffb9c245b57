/**
 * Media of an earlier backup, for a later one to take. On classic storage an id names the same content for ever, so
 * content that is stored under it is not fetched again. It only reads. (server-observed: every assignment makes a new
 * id. Ids of split storage prove nothing, and are never looked up.)
 */
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { mediaBytes } from "./media_lookup.ts";

/** Manager of media whose ids name the same content for ever. */
export const LASTING_MEDIA = "table-media";

/** The medium that is asked for. */
interface WantedMedium {
  /** Anvil's id. */
  readonly id: string;
  readonly contentType: string | null;
  readonly name: string | null;
}

/** Media that were stored earlier, to take bytes from. */
export interface EarlierMedia extends Disposable {
  /** SHA-256 of the bytes stored under an id, if the name and type are the same too; else null. */
  find(medium: WantedMedium): string | null;
  /** The bytes, in pieces. They may be damaged: the caller must hash them. */
  bytes(sha256: string): Iterable<Uint8Array>;
  /**
   * Whether the new file stores only the hash of the bytes, because it goes only to the vault that already has them.
   * The bytes are read and hashed all the same.
   */
  readonly stay: boolean;
}

/** The media of an open archive. */
export function earlierMedia(engine: Engine): EarlierMedia {
  const rows = engine.query(
    "SELECT anvil_id, id FROM _anvil_media_objects WHERE manager = ?1 AND state = 'stored' AND anvil_id IS NOT NULL",
    [LASTING_MEDIA],
  );
  const ids = new Map(rows.map(([anvilId, id]) => [String(anvilId), Number(id)]));
  const facts = engine.prepare("SELECT sha256, content_type, name FROM _anvil_media_objects WHERE id = ?1");
  return {
    find: ({ id, contentType, name }) => {
      const own = ids.get(id);
      if (own === undefined) return null;
      const [row] = facts.rows([BigInt(own)]);
      return textOf(row?.[1]) === contentType && textOf(row?.[2]) === name ? textOf(row?.[0]) : null;
    },
    bytes: (sha256) => mediaBytes(engine, sha256),
    stay: false,
    [Symbol.dispose]: () => facts.finalize(),
  };
}
