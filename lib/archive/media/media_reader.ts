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
  /** Its id in classic storage, which names this content for ever; empty for media of other storage. */
  readonly serverId: string;
}

/** The manager of media of classic storage. Source: the App Server, seen. */
const CLASSIC_MANAGER = "table-media";
/** What is known of a medium, whether its bytes are in the archive or not. */
export interface MediumRecord {
  readonly name: string | null;
  readonly contentType: string | null;
  /** Null when the bytes are not in the archive. */
  readonly stored: StoredMedium | null;
}

/** Reads media of one archive. */
export class MediaReader implements Disposable {
  readonly #engine: Engine;
  readonly #statement: Prepared;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#statement = engine.prepare(
      `SELECT sha256, length, content_type, name, state, manager, anvil_id FROM _anvil_media_objects WHERE id = ?1`,
    );
  }

  /** What is known of the medium of a cell; null when there is no such medium. */
  facts(id: bigint): MediumRecord | null {
    const [row] = this.#statement.rows([id]);
    if (row === undefined) return null;
    const [sha256, length, contentType, name] = [textOf(row[0]), integerOf(row[1]), textOf(row[2]), textOf(row[3])];
    const serverId = textOf(row[5]) === CLASSIC_MANAGER ? textOf(row[6]) ?? "" : "";
    const stored = row[4] === "stored" && sha256 !== null
      ? { sha256, length: Number(length ?? 0n), contentType, name, serverId }
      : null;
    return { name, contentType, stored };
  }

  /** The medium of a cell; null when its bytes are not in the archive. */
  find(id: bigint): StoredMedium | null {
    return this.facts(id)?.stored ?? null;
  }

  /** Its bytes, in pieces, without holding more than one. */
  bytes(medium: StoredMedium): Iterable<Uint8Array> {
    return mediaBytes(this.#engine, medium.sha256);
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}
