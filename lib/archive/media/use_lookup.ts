/**
 * Looks up uses of media by the id in a media cell: what is known of each, and whether its bytes came. It only reads.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";

/** A use of a medium, as a file has it. */
export interface StoredUse {
  readonly id: bigint;
  readonly contentType: string | null;
  readonly name: string | null;
  readonly manager: string;
  readonly anvilId: string;
  /** One of `MEDIA_STATES` in a file that is not damaged. */
  readonly state: string;
  /** Hexadecimal; null as long as its bytes are not in the file. */
  readonly sha256: string | null;
  readonly length: number | null;
}

const COLUMNS = "id, content_type, name, manager, anvil_id, state, sha256, length";

/** Finds one; null when there is none. */
export function useLookup(engine: Engine): ((id: bigint) => StoredUse | null) & Disposable {
  const statement = engine.prepare(`SELECT ${COLUMNS} FROM _anvil_media_objects WHERE id = ?1`);
  const lookup = (id: bigint): StoredUse | null => {
    const [row] = statement.rows([id]);
    if (row === undefined) return null;
    const [, contentType, name, manager, anvilId, state, sha256, length] = row;
    const bytes = integerOf(length);
    return {
      id,
      contentType: textOf(contentType),
      name: textOf(name),
      manager: textOf(manager) ?? "",
      anvilId: textOf(anvilId) ?? "",
      state: textOf(state) ?? "",
      sha256: textOf(sha256),
      length: bytes === null ? null : Number(bytes),
    };
  };
  return Object.assign(lookup, { [Symbol.dispose]: () => statement.finalize() });
}
