/**
 * What was known of media at each snapshot, for a walk over all snapshots. Each use is read once; it only reads.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";
import type { MediumFacts } from "../store/media_facts.ts";

/** What is known of a use, from one snapshot on. */
interface KnownMedium {
  readonly from: number;
  readonly facts: MediumFacts;
}

/** Most uses that are kept in memory. */
const KEPT = 20_000;

/** Reads what was known of media over time. */
export class MediaLives implements Disposable {
  readonly #statement: Prepared;
  readonly #known = new Map<bigint, readonly KnownMedium[]>();

  constructor(engine: Engine) {
    this.#statement = engine.prepare(`
      SELECT s._anvil_from, s.state, s.sha256, s.length, u.content_type, u.name, u.url, u.manager, u.anvil_id
      FROM _anvil_media_uses AS u JOIN _anvil_media_states AS s ON s.use_id = u.id
      WHERE u.id = ?1 ORDER BY s._anvil_from DESC`);
  }

  /** What was known of a use at a snapshot; null when nothing was. */
  at(use: bigint, snapshot: number): KnownMedium | null {
    return this.#life(use).find(({ from }) => from <= snapshot) ?? null;
  }

  #life(use: bigint): readonly KnownMedium[] {
    const known = this.#known.get(use);
    if (known !== undefined) return known;
    const life = this.#statement.rows([use]).map((row): KnownMedium => ({
      from: Number(row[0]),
      facts: {
        state: textOf(row[1]) ?? "",
        sha256: textOf(row[2]),
        length: integerOf(row[3]),
        contentType: textOf(row[4]),
        name: textOf(row[5]),
        url: textOf(row[6]),
        manager: textOf(row[7]),
        anvilId: textOf(row[8]),
      },
    }));
    if (this.#known.size >= KEPT) this.#known.clear();
    this.#known.set(use, life);
    return life;
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}
