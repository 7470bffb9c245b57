/**
 * Names and types of media, by the ids in cells. It only reads.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf, type SqlRow, textOf } from "../../sqlite/sql_value.ts";
import { mediumShape } from "../model/safe_types.ts";
import type { MediumView } from "../model/cell_view.ts";

/** Names of media, by their ids. */
export class MediumNames implements Disposable {
  readonly #engine: Engine;
  #statement: Prepared | null = null;
  readonly #found = new Map<bigint, MediumView>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Notes a medium whose name will be needed. */
  want(id: bigint): void {
    if (this.#found.has(id)) return;
    this.#statement ??= this.#engine.prepare(
      "SELECT name, content_type, length, state = 'stored' FROM _anvil_media_objects WHERE id = ?1",
    );
    this.#found.set(id, mediumView(id, this.#statement.rows([id])[0]));
  }

  /** A medium; one that is not in the file has no name. */
  named(id: bigint): MediumView {
    return this.#found.get(id) ?? mediumView(id, undefined);
  }

  [Symbol.dispose](): void {
    this.#statement?.finalize();
  }
}

/** Makes a medium from a result row of name, type, length and whether it is stored. */
export function mediumView(id: bigint, row: SqlRow | undefined): MediumView {
  const [name, type, length, stored] = row ?? [];
  const bytes = integerOf(length);
  const contentType = textOf(type);
  return {
    id: String(id),
    name: textOf(name),
    contentType,
    bytes: bytes === null ? null : Number(bytes),
    shape: stored === 1n ? mediumShape(contentType) : null,
  };
}
