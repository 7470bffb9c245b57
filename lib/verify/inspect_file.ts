/**
 * What an archive says about itself, whole or partial, as one plain document. It checks nothing.
 */
import { type ArchiveWarning, provenanceObject, readWarnings } from "../archive/catalogue/catalogue.ts";
import { readDanglingLinks } from "../archive/rows/dangling_links.ts";
import type { Engine } from "../sqlite/engine.ts";
import { readTrusted } from "../archive/open_archive.ts";
import { isUnfinished } from "../archive/catalogue/unfinished.ts";
import { type MediaSummary, summarizeMedia, summarizeTables } from "../archive/catalogue/summary.ts";
import type { TableState } from "../ddl/catalogue_tables.ts";
import { stringOf } from "../json/exact_json.ts";

/** The document that `inspect --json` prints. */
export interface FileReport {
  /** False for a partial file. */
  readonly finished: boolean;
  readonly program: string;
  readonly app: {
    readonly id: string;
    readonly branch: string;
    readonly environment: string;
    readonly url: string;
    readonly origin: string;
  };
  /** ISO 8601, UTC. */
  readonly start: string;
  readonly end: string;
  readonly snapshot: string;
  readonly snapshotReason: string;
  /** Name of the schema file with the titles, access and indexes; empty when there was none. */
  readonly schemaFile: string;
  /** Null for a file that is not a backup of an app. */
  readonly complete: boolean | null;
  readonly digest: string;
  readonly tables: readonly {
    readonly name: string;
    readonly state: TableState;
    readonly rows: number | null;
    readonly rowsServer: number | null;
    readonly bytes: number | null;
  }[];
  readonly media: MediaSummary;
  readonly danglingLinks: number;
  readonly warnings: readonly ArchiveWarning[];
  /** What no backup over the Uplink can contain. */
  readonly notInside: readonly string[];
}

/** What only a schema file can add. */
const ACCESS_RULES = "access rules and indexes of tables";

/** What cannot be read over an Uplink. */
export const NOT_INSIDE: readonly string[] = [
  "the app's code, forms and assets",
  "secrets and service settings",
  "scheduled and background tasks",
  ACCESS_RULES,
  "the data of other environments",
];

/**
 * Reads what a file says about itself.
 * @throws {AnvilSqliteError} `not-an-archive`, `newer-format` (exit 20), `damaged`, `damaged-catalogue` (exit 4)
 */
export function inspectEngine(engine: Engine): FileReport {
  const catalogue = readTrusted(engine);
  const text = (key: string) => String(catalogue.provenance.get(key) ?? "");
  return {
    finished: !isUnfinished(engine),
    program: text("program"),
    app: {
      id: text("app_id"),
      branch: text("branch"),
      environment: stringOf(provenanceObject(catalogue, "environment")["description"]) ?? "",
      url: text("url"),
      origin: text("app_origin"),
    },
    start: text("backup_start"),
    end: text("backup_end"),
    snapshot: text("snapshot_kind"),
    snapshotReason: text("snapshot_reason"),
    schemaFile: text("schema_file"),
    complete: text("complete") === "" ? null : text("complete") === "yes",
    digest: text("digest"),
    tables: summarizeTables(engine, catalogue).map(({ table, rows, bytes }) => ({
      name: table.plan.table.name,
      state: table.state,
      rows,
      rowsServer: table.rowsServer,
      bytes,
    })),
    media: summarizeMedia(engine),
    danglingLinks: readDanglingLinks(engine).length,
    warnings: readWarnings(engine),
    notInside: NOT_INSIDE.filter((what) => what !== ACCESS_RULES || text("schema_file") === ""),
  };
}
