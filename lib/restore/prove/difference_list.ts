/**
 * What a proof has compared and found: counts, differences, and numbers that came back in another spelling. Plain
 * state; it compares nothing.
 */
import { countOf } from "../../ui/text/count.ts";
import type { LossMessage } from "../job/loss_list.ts";

/** A difference between the archive and the app. */
export interface Difference {
  readonly table: string;
  /** Row of the archive, as `[table,row]`; null for a row that only the app has. */
  readonly row: string | null;
  readonly message: string;
}

/** The result of a proof. */
export interface Proof {
  readonly rows: number;
  readonly links: number;
  readonly media: number;
  readonly mediaBytes: number;
  /** Cells that the file does not hold, or that cannot be written: they were left alone, and not compared. */
  readonly left: number;
  /** Values that the app's storage cannot hold exactly, and holds as nearly as it can: the plan has said so. */
  readonly kept: number;
  /** Number of all differences; {@link differences} lists the first. */
  readonly differing: number;
  readonly differences: readonly Difference[];
  /**
   * What somebody else did to rows after they were written: these are not differences. {@link laterCount} counts all.
   */
  readonly later: readonly Difference[];
  readonly laterCount: number;
  /** Numbers of the same value and another kind: some storage does not distinguish 1.0 from 1. */
  readonly respelled: readonly LossMessage[];
}

/** Differences that are listed; all are counted. */
const KEPT = 1_000;

/** Collects the results of a proof. */
export class DifferenceList {
  readonly #differences: Difference[] = [];
  readonly #respelled = new Map<string, number>();
  readonly #later: Difference[] = [];
  #count = 0;
  #laterCount = 0;
  rows = 0;
  links = 0;
  media = 0;
  mediaBytes = 0;
  left = 0;
  kept = 0;

  add(difference: Difference): void {
    this.#count++;
    if (this.#differences.length < KEPT) this.#differences.push(difference);
  }

  /** Notes what somebody else did later. */
  addLater(difference: Difference): void {
    this.#laterCount++;
    if (this.#later.length < KEPT) this.#later.push(difference);
  }

  /** Notes a number with the right value and another kind. */
  addRespelled(table: string, column: string): void {
    const place = `Column '${column}' of table '${table}'`;
    this.#respelled.set(place, (this.#respelled.get(place) ?? 0) + 1);
  }

  proof(): Proof {
    return {
      rows: this.rows,
      links: this.links,
      media: this.media,
      mediaBytes: this.mediaBytes,
      left: this.left,
      kept: this.kept,
      differing: this.#count,
      differences: this.#differences,
      later: this.#later,
      laterCount: this.#laterCount,
      respelled: [...this.#respelled].map(([place, count]) => ({
        code: "respelled-number",
        message: `${place}: ${countOf(count, "number has", "numbers have")} the same value in another spelling ` +
          "(such as 1 for 1.0), which is how this app's storage keeps it",
      })),
    };
  }
}
