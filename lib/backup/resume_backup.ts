/**
 * Takes up an interrupted backup again: it opens the partial file. It refuses a file of another app, another schema or
 * other options, because the rows already in it would not belong to this backup.
 */
import type { ArchiveWriter } from "../archive/making/archive_writer.ts";
import { emptyPartial } from "../archive/partial/partial_errors.ts";
import { reopenPartial } from "../archive/partial/reopen_partial.ts";
import { type Catalogue, isHeld, provenanceObject } from "../archive/catalogue/catalogue.ts";
import { schemaMismatch } from "../archive/partial/expected_schema.ts";
import { PARTIAL_SUFFIX } from "../archive/catalogue/identity.ts";
import { archiveLayout } from "../ddl/lay_out_archive.ts";
import { AnvilSqliteError } from "../errors.ts";
import { countOf } from "../ui/text/count.ts";
import type { AppSchema } from "../schema/model/app_schema.ts";
import { schemaFromLive } from "../schema/from_live.ts";
import { schemaToJson } from "../schema/schema_json.ts";
import { displayUrl, type Welcome } from "../uplink/handshake.ts";
import { canonicalJson, stringifyExact } from "../json/exact_json.ts";
import type { BackupOptions } from "./backup_options.ts";
import type { SchemaFile } from "./provenance.ts";
import { withoutSecrets } from "../redact.ts";
import type { PreparedBackup } from "./plan_backup.ts";
import type { Session } from "../tables/session.ts";

/** A partial file that is open, before it is known whether it belongs to the app. */
interface OpenedPartial {
  readonly writer: ArchiveWriter;
  readonly catalogue: Catalogue;
}

/**
 * Opens a partial file and proves it; damaged parts are no longer in it. It makes no call to the app.
 * @throws {AnvilSqliteError} as `reopenPartial`
 */
export async function openPartial(
  { progress, signal }: Pick<BackupOptions, "progress" | "signal">,
  partial: string,
): Promise<OpenedPartial> {
  const path = await Deno.realPath(partial).catch(() => partial);
  const { writer, catalogue, kept } = await reopenPartial(path, (what) => {
    signal.throwIfAborted();
    progress.report({ type: "checking", what: `what was copied: ${what}` });
  });
  if (!catalogue.provenance.has("options")) {
    writer.close();
    throw emptyPartial(partial);
  }
  if (kept !== null) {
    const { rows, media } = kept;
    const message = `'${partial}' was damaged: ${countOf(rows, "row")} and ${countOf(media, "media file")} in it are ` +
      "proven and kept, everything else is read again";
    progress.report({ type: "warning", code: "partial-damaged", message });
  }
  return { writer, catalogue };
}

/**
 * Checks that an open partial file is of this app, and goes on with it.
 * @throws {AnvilSqliteError} `resume-mismatch` (exit 2); the file is closed then
 */
export async function resumeBackup(
  options: BackupOptions,
  { writer, catalogue }: OpenedPartial,
  session: Session,
): Promise<PreparedBackup> {
  try {
    const { tables, provenance } = catalogue;
    const { schema } = schemaFromLive(session.live);
    checkApp(catalogue, session.connection.welcome, options.url);
    if (provenance.get("source_schema_json") !== stringifyExact(schemaToJson(schema))) {
      throw mismatch("the app's tables or columns have changed since");
    }
    const odd = await schemaMismatch(writer.engine, archiveLayout(heldPart(schema, catalogue)).plan);
    if (odd !== null) throw mismatch(odd);
    checkSchemaFile(catalogue, options.schemaFile);
    const remembered = provenanceObject(catalogue, "options");
    const { only, exclude } = options.selection;
    const asked = { table: only, exclude, media: options.media };
    const given = only.length > 0 || exclude.length > 0 || !options.media;
    if (given && canonicalJson(asked) !== canonicalJson(remembered)) {
      throw mismatch(`it was begun with other options: ${canonicalJson(remembered)}`);
    }
    return {
      writer,
      path: writer.engine.path.slice(0, -PARTIAL_SUFFIX.length),
      media: remembered["media"] === true,
      unreadable: tables.flatMap(({ plan, state }) => state === "unreadable" ? [plan.table.name] : []),
      resumed: true,
    };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** Whether it is the same app and environment. An App Server sends no id, so its address decides. */
function checkApp(catalogue: Catalogue, welcome: Welcome, url: string): void {
  const { provenance } = catalogue;
  if (provenance.get("app_id") !== welcome.appId) throw mismatch("it is of another app");
  if (provenance.get("branch") !== welcome.branch) throw mismatch("it is of another branch of the app");
  const environment = canonicalJson(provenanceObject(catalogue, "environment"));
  if (environment !== canonicalJson(welcome.environment)) {
    throw mismatch("it is of another environment of the app");
  }
  if (welcome.appId === "" && provenance.get("url") !== displayUrl(url)) {
    throw mismatch(`it was begun at ${provenance.get("url")}, and this server does not say which app it serves`);
  }
}

/** The partial file already has what a schema file says: another one would be ignored. */
function checkSchemaFile({ provenance }: Catalogue, given: SchemaFile | null): void {
  if (given === null || provenance.get("schema_file_text") === withoutSecrets(given.text)) return;
  const begun = provenance.has("schema_file") ? "with another schema file" : "without a schema file";
  throw mismatch(`it was begun ${begun}, and '${given.name}' was given now`);
}

/** The tables of the schema that the file holds. */
function heldPart(schema: AppSchema, { tables }: Catalogue): AppSchema {
  const held = new Set(tables.filter(isHeld).map(({ plan }) => plan.table.id));
  return { ...schema, tables: schema.tables.filter(({ id }) => held.has(id)) };
}

function mismatch(why: string): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot continue this backup: ${why}`, {
    code: "resume-mismatch",
    hint: "Start a new backup; what was copied can still be read with sqlite3.",
  });
}
