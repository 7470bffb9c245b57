/**
 * Takes an interrupted backup up again: opens its partial file, and refuses when it belongs to another app, another
 * schema or other options, since the rows already in it would then be of something else.
 */
import { reopenArchive } from "../archive/archive_writer.ts";
import { readCatalogue } from "../archive/catalogue.ts";
import { PARTIAL_SUFFIX } from "../archive/identity.ts";
import { AnvilSqliteError, EXIT } from "../errors.ts";
import { schemaFromLive } from "../schema/from_live.ts";
import { schemaToJson } from "../schema/schema_json.ts";
import { canonicalJson, isObject, parseExact, stringifyExact } from "../value/exact_json.ts";
import type { BackupOptions } from "./backup_options.ts";
import type { PreparedBackup } from "./plan_backup.ts";
import type { Session } from "./session.ts";

/**
 * Opens a partial file to go on with it.
 * @throws {AnvilSqliteError} `not-a-partial` (exit 20), `resume-mismatch` (exit 2), `locked` (exit 21)
 */
export async function resumeBackup(options: BackupOptions, partial: string, session: Session): Promise<PreparedBackup> {
  const writer = await reopenArchive(partial);
  try {
    const { tables, provenance } = readCatalogue(writer.engine);
    const { schema } = schemaFromLive(session.live);
    if (provenance.get("app_id") !== session.connection.welcome.appId) throw mismatch("it is of another app");
    if (provenance.get("source_schema_json") !== stringifyExact(schemaToJson(schema))) {
      throw mismatch("the app's tables or columns have changed since");
    }
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

function mismatch(why: string): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot continue this backup: ${why}`, {
    code: "resume-mismatch",
    hint: "Start a new backup; what was copied can still be read with sqlite3.",
    exitCode: EXIT.usage,
  });
}
