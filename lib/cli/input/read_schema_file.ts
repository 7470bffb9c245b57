/**
 * Reads an `anvil.yaml` that a user names. Each thing that can go wrong before it is parsed has a sentence of its own.
 */
import type { AppSchema, SchemaWarning } from "../../schema/model/app_schema.ts";
import { readSchemaText } from "../../schema/read_schema_text.ts";
import { type InputKind, inputName, readText } from "./read_input.ts";

/** A schema file after reading. */
interface ReadSchema {
  readonly text: string;
  readonly schema: AppSchema;
  readonly warnings: readonly SchemaWarning[];
}

/** A schema file, as messages name it. */
export const SCHEMA_FILE: InputKind = {
  what: "schema file",
  hint: "Give an anvil.yaml: from the app's Git repository, or an exported project.",
};

/**
 * Reads and translates a schema file.
 * @throws {AnvilSqliteError} as `readText` and `readSchemaText` (exit 2)
 */
export async function readSchemaFile(
  path: string,
  surroundings: Parameters<typeof readText>[2],
): Promise<ReadSchema> {
  const text = await readText(path, SCHEMA_FILE, surroundings);
  return { text, ...readSchemaText(text, inputName(path)) };
}
