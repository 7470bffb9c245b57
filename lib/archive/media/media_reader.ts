/**
 * Reads media of an archive by the id in a media cell: what is known of them, and their bytes. It only reads.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";
import { mediaBytes } from "./media_lookup.ts";

/** A medium whose bytes are in the archive. */
export interface StoredMedium {
  readonly sha256: string;
  readonly length: number;
  readonly contentType: string | null;
  readonly name: string | null;
  /** The id that classic storage had for it, which names this content for ever; empty for media of other storage. */
  readonly serverId: string;
}

/** The manager of media of classic storage. Source: the App Server, seen. */
const CLASSIC_MANAGER = "table-media";

/** Reads media. */
export class MediaReader implements Disposable {
  readonly #engine: Engine;
  readonly #statement: Prepared;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#statement = engine.prepare(
      "SELECT sha256, length, content_type, name, manager, anvil_id FROM _anvil_media_objects WHERE id = ?1 AND state = 'stored'",
    );
  }

  /** The medium of a cell; null when its bytes are not in the archive. */
  find(id: bigint): StoredMedium | null {
    const [row] = this.#statement.rows([id]);
    const sha256 = textOf(row?.[0]);
    if (row === undefined || sha256 === null) return null;
    return {
      sha256,
      length: Number(integerOf(row[1]) ?? 0n),
      contentType: textOf(row[2]),
      name: textOf(row[3]),
      serverId: textOf(row[4]) === CLASSIC_MANAGER ? textOf(row[5]) ?? "" : "",
    };
  }

  /** Its bytes, in pieces, without holding more than one. */
  bytes(medium: StoredMedium): Iterable<Uint8Array> {
    return mediaBytes(this.#engine, medium.sha256);
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}
