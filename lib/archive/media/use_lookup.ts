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
  /** One of `MEDIA_STATES`, except in a damaged file. */
  readonly state: string;
  /** Hexadecimal; null until its bytes are in the file. */
  readonly sha256: string | null;
  readonly length: number | null;
}

const COLUMNS = "id, content_type, name, manager, anvil_id, state, sha256, length";

/** Finds a use by its id; null when there is no such use. */
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
