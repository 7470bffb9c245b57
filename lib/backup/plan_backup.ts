/**
 * Everything between the first connection and the first row: the schema, how the schema file differs from the app, the
 * choice of tables, the empty file.
 */
import { type ArchiveWriter, createArchive } from "../archive/making/archive_writer.ts";
import { archiveLayout } from "../ddl/lay_out_archive.ts";
import { AnvilSqliteError } from "../errors.ts";
import type { SchemaWarning } from "../schema/model/app_schema.ts";
import { completeSchema } from "../schema/complete_schema.ts";
import { compareSchemas, type Drift } from "../schema/drift.ts";
import { schemaFromLive } from "../schema/from_live.ts";
import type { BackupOptions } from "./backup_options.ts";
import type { BegunFile } from "./copy/copy_app.ts";
import { chooseTables } from "./choose_tables.ts";
import { claimPath, finalPaths, type FreshDestination, makeFolder } from "./destination.ts";
import { schemaFileProvenance, schemaProvenance, sourceProvenance } from "./provenance.ts";
import type { Session } from "../tables/session.ts";

/** A file that is ready to take rows. */
export interface PreparedBackup extends BegunFile {
  readonly writer: ArchiveWriter;
  /** The name that the file gets when it is whole. */
  readonly path: string;
}

/**
 * Plans a new backup and creates its file.
 * @throws {AnvilSqliteError} `schema-drift` (exit 5), and as `chooseTables` and `createArchive`
 */
export async function planBackup(
  options: BackupOptions,
  destination: FreshDestination,
  session: Session,
  start: Date,
): Promise<PreparedBackup> {
  const { progress, schemaFile, selection, media, url } = options;
  const { welcome } = session.connection;
  const { schema: live, warnings: schemaWarnings } = schemaFromLive(session.live);
  const drift = schemaFile === null ? [] : compareSchemas(schemaFile.schema, live);
  for (const { message } of drift) progress.report({ type: "warning", code: "drift", message });
  if (options.strictSchema && drift.length > 0) throw driftRefused(drift);
  const states = new Map(chooseTables(session.listed, selection).map(({ table, state }) => [table.id, state]));
  const { schema, taken } = schemaFile === null
    ? { schema: live, taken: null }
    : completeSchema(live, schemaFile.schema);
  const empty = live.tables.length === 0 ? [NO_TABLES] : [];
  for (const { code, message } of empty) progress.report({ type: "warning", code, message });
  const held = schema.tables.filter(({ id }) => states.get(id ?? -1) === "copied");
  const listedOnly = schema.tables.flatMap((table) => {
    const state = states.get(table.id ?? -1) ?? "excluded";
    return state === "copied" ? [] : [{ table, state }];
  });
  const { plan, warnings: planWarnings } = archiveLayout({ ...schema, tables: held });
  const remembered = { table: selection.only, exclude: selection.exclude, media };
  const provenance = [
    ...schemaProvenance(live, schemaFile?.name ?? `live app at ${new URL(url).host}`, start),
    ...sourceProvenance(welcome, url, session.origin, remembered, start, options.appName ?? null),
    ...(schemaFile === null ? [] : await schemaFileProvenance(schemaFile, drift, taken)),
  ];
  const warnings = [
    ...[...schemaWarnings, ...planWarnings, ...empty].map(schemaWarning),
    ...drift.map(({ kind, table, column, message }) => ({ code: `drift-${kind}`, table, column, row: null, message })),
  ];
  await makeFolder(destination);
  const { path, created: writer } = await claimPath(
    finalPaths(destination, options, welcome, start),
    (partial) => createArchive(partial, { plan, listedOnly, provenance, warnings }),
  );
  const unreadable = listedOnly.flatMap(({ table, state }) => state === "unreadable" ? [table.name] : []);
  return { writer, path, media, unreadable, resumed: false };
}

/** An app without tables: the key of another app or environment would look the same. */
const NO_TABLES: SchemaWarning = {
  code: "no-tables",
  table: null,
  column: null,
  line: null,
  message: "This app has no Data Tables, so the file holds no rows",
};

function schemaWarning({ code, table, column, message }: SchemaWarning) {
  return { code, table, column, row: null, message };
}

function driftRefused(drift: readonly Drift[]): AnvilSqliteError {
  const places = drift.length === 1 ? "one place" : `${drift.length} places`;
  return new AnvilSqliteError(`The schema has changed, in ${places}: ${drift[0]?.message}`, {
    code: "schema-drift",
    hint: "Save the app's anvil.yaml again, or leave --strict-schema away to copy what is live.",
  });
}
