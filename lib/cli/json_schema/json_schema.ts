/**
 * The JSON Schema of everything that `--json` prints: a part for each command, under `$defs`, and one for errors. A
 * test checks that what the commands print fits it.
 */
import { HOME_PAGE, PROGRAM, VERSION } from "../../version.ts";
import { DOCTOR_SCHEMA, SCHEDULE_SCHEMA, SETUP_SCHEMA, TABLES_SCHEMA } from "./app_schemas.ts";
import { BACKUP_SCHEMA } from "./backup_schema.ts";
import { ERROR_SCHEMA } from "./error_schema.ts";
import {
  DIFF_SCHEMA,
  DRILL_SCHEMA,
  EXPORT_SCHEMA,
  EXTRACT_SCHEMA,
  INSPECT_SCHEMA,
  VAULT_SCHEMA,
  VERIFY_SCHEMA,
} from "./file_schemas.ts";
import { HISTORY_SCHEMA, PRUNE_SCHEMA, SNAPSHOTS_SCHEMA, STATUS_SCHEMA } from "./folder_schemas.ts";
import type { Schema } from "./parts.ts";
import { COPY_SCHEMA, RESTORE_SCHEMA } from "./restore_schemas.ts";

const COMMAND_SCHEMAS: Readonly<Record<string, Schema>> = {
  setup: SETUP_SCHEMA,
  backup: BACKUP_SCHEMA,
  schedule: SCHEDULE_SCHEMA,
  restore: RESTORE_SCHEMA,
  copy: COPY_SCHEMA,
  drill: DRILL_SCHEMA,
  verify: VERIFY_SCHEMA,
  inspect: INSPECT_SCHEMA,
  diff: DIFF_SCHEMA,
  export: EXPORT_SCHEMA,
  extract: EXTRACT_SCHEMA,
  vault: VAULT_SCHEMA,
  doctor: DOCTOR_SCHEMA,
  tables: TABLES_SCHEMA,
  snapshots: SNAPSHOTS_SCHEMA,
  status: STATUS_SCHEMA,
  history: HISTORY_SCHEMA,
  prune: PRUNE_SCHEMA,
};

/** The schema of one document, or of one line where a command prints several. */
export function jsonSchema(): Schema {
  const names = ["error", ...Object.keys(COMMAND_SCHEMAS)];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `${HOME_PAGE}/schema/${VERSION}.json`,
    title: `What ${PROGRAM} ${VERSION} prints with --json`,
    description: "A part for each command under $defs: of its document, or of each line where it prints several. A " +
      "command that fails prints 'error'.",
    $defs: { error: ERROR_SCHEMA, ...COMMAND_SCHEMAS },
    anyOf: names.map((name) => ({ $ref: `#/$defs/${name}` })),
  };
}
