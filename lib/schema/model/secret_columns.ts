/**
 * Columns that hold secrets by Anvil's own making: those the Users service adds to its table.
 * For whoever should be told that a file holds them; nothing is hidden or left out here.
 */
import type { AppSchema } from "./app_schema.ts";

/** Names the Users service gives: hashes, session tokens, second factors and keys that confirm an e-mail address. */
const SECRET_COLUMNS = ["password_hash", "remembered_logins", "mfa", "email_confirmation_key"] as const;

/** Tables and columns of a schema that are called so. */
export function secretColumns(schema: AppSchema): readonly { readonly table: string; readonly column: string }[] {
  return schema.tables.flatMap((table) =>
    table.columns
      .filter(({ name }) => SECRET_COLUMNS.some((secret) => secret === name))
      .map(({ name }) => ({ table: table.name, column: name }))
  );
}
