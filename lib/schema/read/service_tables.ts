/**
 * Compares the tables that the app's services name (the Users service's `user_table`, the Files service's `file_table`)
 * with the tables that exist. Warnings only; services are not part of a schema.
 */
import { isArray, isObject, type Json, stringOf } from "../../json/exact_json.ts";
import type { TableSchema } from "../model/app_schema.ts";
import { brief, isMissing } from "../model/attributes.ts";
import { shown, type Warn } from "../model/warnings.ts";

const SERVICES = [
  { file: "users.yml", key: "user_table", label: "Users" },
  { file: "files.yml", key: "file_table", label: "Files" },
] as const;

/**
 * Warns about each service whose table is not in the schema. A number is a table id, which the mapping shape does not
 * have.
 */
export function warnOfServiceTables(services: Json, tables: readonly TableSchema[], warn: Warn): void {
  for (const service of isArray(services) ? services : []) {
    if (!isObject(service)) continue;
    const known = SERVICES.find(({ file }) => stringOf(service["source"])?.endsWith(`/${file}`));
    const config = service["server_config"];
    if (!known || !isObject(config)) continue;
    const table = config[known.key];
    const name = stringOf(table);
    if (isMissing(table) || tables.some((it) => it.name === name || (it.id !== null && it.id === table))) continue;
    const what = name === null ? `the table with id ${brief(table)}` : `the table ${shown(name)}`;
    warn("missing-service-table", `The ${known.label} service uses ${what}, which the schema does not say`, () => ({
      table: name,
    }));
  }
}
