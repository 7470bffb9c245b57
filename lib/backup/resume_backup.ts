/**
 * Takes an interrupted backup up again: opens its partial file, and refuses when it belongs to another app, another
 * schema or other options, since the rows already in it would then be of something else.
 */
import { emptyPartial, reopenArchive } from "../archive/making/archive_writer.ts";
import { type Catalogue, isHeld, readCatalogue } from "../archive/catalogue/catalogue.ts";
import { schemaMismatch } from "../archive/making/expected_schema.ts";
import { PARTIAL_SUFFIX } from "../archive/catalogue/identity.ts";
import { planArchive } from "../ddl/plan_archive.ts";
import { AnvilSqliteError } from "../errors.ts";
import type { AppSchema } from "../schema/model/app_schema.ts";
import { schemaFromLive } from "../schema/from_live.ts";
import { schemaToJson } from "../schema/schema_json.ts";
import { displayUrl, type Welcome } from "../uplink/handshake.ts";
import { canonicalJson, isObject, parseExact, stringifyExact } from "../json/exact_json.ts";
import type { BackupOptions } from "./backup_options.ts";
import type { SchemaFile } from "./provenance.ts";
import { withoutSecrets } from "../redact.ts";
import type { PreparedBackup } from "./plan_backup.ts";
import type { Session } from "../tables/session.ts";

/**
 * Opens a partial file to go on with it.
 * @throws {AnvilSqliteError} `resume-mismatch` (exit 2), and as `reopenArchive`
 */
export async function resumeBackup(options: BackupOptions, partial: string, session: Session): Promise<PreparedBackup> {
  const writer = await reopenArchive(partial);
  try {
    const catalogue = readCatalogue(writer.engine);
    const { tables, provenance } = catalogue;
    if (!provenance.has("options")) throw emptyPartial(partial);
    const { schema } = schemaFromLive(session.live);
    checkApp(catalogue, session.connection.welcome, options.url);
    if (provenance.get("source_schema_json") !== stringifyExact(schemaToJson(schema))) {
      throw mismatch("the app's tables or columns have changed since");
    }
    const odd = await schemaMismatch(writer.engine, planArchive(heldPart(schema, catalogue)).plan);
    if (odd !== null) throw mismatch(odd);
    checkSchemaFile(catalogue, options.schemaFile);
    const remembered = parseExact(String(provenance.get("options") ?? "{}"));
    const { only, exclude } = options.selection;
    const asked = { table: only, exclude, media: options.media };
    const given = only.length > 0 || exclude.length > 0 || !options.media;
    if (given && canonicalJson(asked) !== canonicalJson(remembered)) {
      throw mismatch(`it was begun with other options: ${canonicalJson(remembered)}`);
    }
    return {
      writer,
      path: partial.slice(0, -PARTIAL_SUFFIX.length),
      media: isObject(remembered) && remembered["media"] === true,
      unreadable: tables.flatMap(({ plan, state }) => state === "unreadable" ? [plan.table.name] : []),
      resumed: true,
    };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** The same app and the same of its environments. An App Server gives no id, so there the address has to tell. */
function checkApp({ provenance }: Catalogue, welcome: Welcome, url: string): void {
  if (provenance.get("app_id") !== welcome.appId) throw mismatch("it is of another app");
  if (provenance.get("branch") !== welcome.branch) throw mismatch("it is of another branch of the app");
  const environment = canonicalJson(parseExact(String(provenance.get("environment") ?? "{}")));
  if (environment !== canonicalJson(welcome.environment)) {
    throw mismatch("it is of another environment of the app");
  }
  if (welcome.appId === "" && provenance.get("url") !== displayUrl(url)) {
    throw mismatch(`it was begun at ${provenance.get("url")}, and this server does not tell which app it serves`);
  }
}

/** What a schema file says is in the partial file already: another one would be ignored. */
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
