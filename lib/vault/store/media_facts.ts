/**
 * Media of a vault: which use of a medium is in a cell, and what was known of it at a snapshot. It only reads.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf, type SqlRow, textOf } from "../../sqlite/sql_value.ts";

/** Everything that a file knows of a medium in a cell. */
export interface MediumFacts {
  readonly contentType: string | null;
  readonly name: string | null;
  readonly url: string | null;
  readonly manager: string | null;
  readonly anvilId: string | null;
  readonly state: string;
  readonly sha256: string | null;
  readonly length: bigint | null;
}

/** Reads what was known of media at one snapshot. */
export class MediaFacts implements Disposable {
  readonly #statement: Prepared;
  readonly #snapshot: bigint;

  constructor(engine: Engine, snapshot: number) {
    this.#snapshot = BigInt(snapshot);
    this.#statement = engine.prepare(`
      SELECT u.content_type, u.name, u.url, u.manager, u.anvil_id, s.state, s.sha256, s.length
      FROM _anvil_media_uses AS u JOIN _anvil_media_states AS s ON s.use_id = u.id
      WHERE u.id = ?1 AND s._anvil_from <= ?2 ORDER BY s._anvil_from DESC LIMIT 1`);
  }

  /** What was known of a use; null when the vault knows nothing of it. */
  find(use: bigint): MediumFacts | null {
    const [row] = this.#statement.rows([use, this.#snapshot]);
    if (row === undefined) return null;
    return mediumFacts(row);
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}

/** Reads type, name, URL, manager, id, state, hash and length, in this order. */
export function mediumFacts(row: SqlRow): MediumFacts {
  return {
    contentType: textOf(row[0]),
    name: textOf(row[1]),
    url: textOf(row[2]),
    manager: textOf(row[3]),
    anvilId: textOf(row[4]),
    state: textOf(row[5]) ?? "",
    sha256: textOf(row[6]),
    length: integerOf(row[7]),
  };
}
