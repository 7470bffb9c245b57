/**
 * Reports the progress of writing: rows and media by table, counted as calls are answered.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import type { TableJob } from "../job/table_job.ts";
import type { Work } from "./work_list.ts";

interface TableCount {
  readonly total: number;
  rows: number;
  bytes: number;
}

/** Counts what a run has written. */
export class WriteTally {
  readonly #progress: Progress;
  readonly #idMap: IdMap;
  readonly #tables = new Map<string, TableCount>();
  #media = 0;
  #mediaBytes = 0;
  /** The last step that was reported: many calls in a row make one step. */
  #told: string | null = null;

  constructor(progress: Progress, idMap: IdMap) {
    this.#progress = progress;
    this.#idMap = idMap;
  }

  /** Counts again what is in the app: at the beginning, and after a group was given up. */
  begin(jobs: readonly TableJob[]): void {
    this.#told = null;
    for (const { name, plan } of jobs) {
      const { inserts, updates, inserted, updated } = this.#idMap.rows.progress(plan.tableId);
      const known = this.#tables.get(name);
      this.#tables.set(name, { total: inserts + updates, rows: inserted + updated, bytes: known?.bytes ?? 0 });
    }
  }

  add(work: Work): void {
    if (work.kind === "barrier") return;
    if (work.kind === "cells") return this.#step(`Setting cells of table '${work.table.live.name}'`);
    if (work.kind === "delete") return this.#step(`Deleting rows of table '${work.table.live.name}'`);
    const { name } = work.job;
    if (work.kind === "empty") return this.#progress.report({ type: "step", what: `Emptied table '${name}'` });
    if (work.kind === "link") {
      return this.#step(`Setting links of table '${name}'`);
    }
    const count = this.#tables.get(name);
    if (count === undefined) return;
    count.rows += work.rows.length;
    count.bytes += work.weight.bytes;
    this.#media += work.weight.media;
    this.#mediaBytes += work.weight.mediaBytes;
    this.#progress.report({ type: "rows", table: name, rows: count.rows, bytes: count.bytes });
    if (work.weight.media > 0) {
      this.#progress.report({ type: "media", done: this.#media, total: this.#media, bytes: this.#mediaBytes });
    }
    if (count.rows === count.total) this.#progress.report({ type: "table-done", table: name, rows: count.rows });
  }

  #step(what: string): void {
    if (this.#told !== what) this.#progress.report({ type: "step", what });
    this.#told = what;
  }
}
