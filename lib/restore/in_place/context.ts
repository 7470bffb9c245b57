/**
 * What the planning of a restore in place needs: the app, the file, the id map that it fills, and the tables on both
 * sides. Plain data; it does nothing.
 */
import type { MediaReader } from "../../archive/media/media_reader.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { FileCells } from "../job/file_cells.ts";
import type { RestoreOptions } from "../job/restore_options.ts";
import type { ListedTable } from "../../tables/listing.ts";
import type { Storage } from "../../tables/probe_table.ts";
import type { JobColumn, JobLink, TableJob } from "../job/table_job.ts";
import type { Target } from "../job/target.ts";
import type { EarlierRestores } from "./earlier_restores.ts";
import type { LeftCells } from "./left_cells.ts";

/** What all steps of planning share. */
export interface InPlace {
  readonly options: RestoreOptions;
  readonly target: Target;
  readonly idMap: IdMap;
  /** How the app stores its tables, for the tables that were asked. */
  readonly storages: ReadonlyMap<number, Storage>;
  /** Asks how tables are stored and whether they may be written; each table only once. */
  readonly probe: (tables: readonly ListedTable[]) => Promise<void>;
  readonly earlier: EarlierRestores;
  readonly cells: FileCells;
  readonly media: MediaReader;
  readonly left: LeftCells;
  readonly tables: readonly InPlaceTable[];
}

/** A table of the file that the app still has. */
export interface InPlaceTable {
  readonly job: TableJob;
  /** Which of its rows are to be put back. Null for none: then only links in it may be set again. */
  readonly selected: "all" | "some" | null;
  /** Columns whose values are set back in existing rows. */
  readonly compared: readonly (JobColumn | JobLink)[];
}

/** How a table of the app is stored; classic if it was not asked, or may not be written. */
export function storageOf({ storages }: Pick<InPlace, "storages">, table: number): Storage {
  return storages.get(table) ?? "classic";
}

/** Whether a column of a job is a link. */
export function isJobLink(column: JobColumn | JobLink): column is JobLink {
  return "targetId" in column;
}
