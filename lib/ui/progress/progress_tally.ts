/**
 * Adds up the events of a run for a bar: rows, bytes and media so far, speed, and time left. It draws nothing and reads
 * no clock; the caller passes the time of each event.
 */
import type { ProgressEvent } from "./progress_event.ts";

/** The state that a bar shows. */
export interface BarState {
  /** Table of the latest rows. */
  readonly table: string | null;
  /** Rows of all tables so far. */
  readonly rows: number;
  /** Rows that will be copied; null before the server has counted them. */
  readonly totalRows: number | null;
  /** Over the last seconds; null while unknown. */
  readonly rowsPerSecond: number | null;
  /** Bytes so far, rows and media. */
  readonly bytes: number;
  /** Media files so far; total 0 when there are none. */
  readonly media: { readonly done: number; readonly total: number };
  /** Null while unknown. */
  readonly secondsLeft: number | null;
}

/** Milliseconds over which speed is measured. */
const WINDOW_MS = 10_000;
/** Least milliseconds between two samples, so that there are few. */
const SAMPLE_MS = 250;

interface Sample {
  readonly at: number;
  readonly rows: number;
  readonly media: number;
}

/** The sum of a run's events. */
export class ProgressTally {
  readonly #tables = new Map<string, { readonly rows: number; readonly bytes: number }>();
  #table: string | null = null;
  #rows = 0;
  #rowBytes = 0;
  #totalRows: number | null = null;
  #media = { done: 0, total: 0, bytes: 0 };
  #samples: Sample[] = [];

  /** Adds an event; `now` in milliseconds of a clock that never jumps. */
  add(event: ProgressEvent, now: number): void {
    switch (event.type) {
      case "plan":
        this.#totalRows = event.rows;
        break;
      case "table-start":
        this.#table = event.table;
        break;
      case "rows":
        this.#addRows(event.table, event.rows, event.bytes);
        break;
      case "table-done":
        this.#addRows(event.table, event.rows, this.#tables.get(event.table)?.bytes ?? 0);
        break;
      case "media":
        this.#media = { done: event.done, total: event.total, bytes: event.bytes };
        break;
      case "connected":
      case "warning":
      case "retry":
      case "checking":
      case "step":
      case "done":
        return;
    }
    this.#sample(now);
  }

  #addRows(table: string, rows: number, bytes: number): void {
    const before = this.#tables.get(table) ?? { rows: 0, bytes: 0 };
    this.#tables.set(table, { rows, bytes });
    this.#table = table;
    this.#rows += rows - before.rows;
    this.#rowBytes += bytes - before.bytes;
  }

  #sample(now: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && now - last.at < SAMPLE_MS) return;
    this.#samples.push({ at: now, rows: this.#rows, media: this.#media.done });
    const first = this.#samples.findIndex((sample) => now - sample.at <= WINDOW_MS);
    this.#samples = this.#samples.slice(first);
  }

  /** What a bar shows at this moment. */
  state(now: number): BarState {
    const first = this.#samples[0];
    const seconds = first === undefined ? 0 : (now - first.at) / 1000;
    const known = first !== undefined && seconds >= 0.5;
    const rowsPerSecond = known ? (this.#rows - first.rows) / seconds : null;
    const mediaPerSecond = known ? (this.#media.done - first.media) / seconds : null;
    return {
      table: this.#table,
      rows: this.#rows,
      totalRows: this.#totalRows,
      rowsPerSecond,
      bytes: this.#rowBytes + this.#media.bytes,
      media: { done: this.#media.done, total: this.#media.total },
      secondsLeft: longer(
        timeLeft(this.#totalRows === null ? null : this.#totalRows - this.#rows, rowsPerSecond),
        timeLeft(this.#media.total - this.#media.done, mediaPerSecond),
      ),
    };
  }
}

/** Seconds for the rest at a speed; null when that is not known. */
function timeLeft(left: number | null, perSecond: number | null): number | null {
  if (left === null || perSecond === null) return null;
  if (left <= 0) return 0;
  return perSecond > 0 ? left / perSecond : null;
}

/** Rows and media are copied at the same time, so the longer time counts. */
function longer(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}
