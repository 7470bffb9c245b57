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
}

/** What is known of a medium, whether its bytes are in the archive or not. */
export interface MediumFacts {
  readonly name: string | null;
  readonly contentType: string | null;
  /** Null when the bytes are not in the archive. */
  readonly stored: StoredMedium | null;
}

/** Reads media. */
export class MediaReader implements Disposable {
  readonly #engine: Engine;
  readonly #statement: Prepared;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#statement = engine.prepare(
      "SELECT sha256, length, content_type, name, state FROM _anvil_media_objects WHERE id = ?1",
    );
  }

  /** What is known of the medium of a cell; null when there is no such medium. */
  facts(id: bigint): MediumFacts | null {
    const [row] = this.#statement.rows([id]);
    if (row === undefined) return null;
    const [sha256, length, contentType, name] = [textOf(row[0]), integerOf(row[1]), textOf(row[2]), textOf(row[3])];
    const stored = row[4] === "stored" && sha256 !== null
      ? { sha256, length: Number(length ?? 0n), contentType, name }
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
