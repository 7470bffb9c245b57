/**
 * Reads an `anvil.yaml` from disk, with a sentence for what can go wrong before it is parsed.
 */
import { AnvilSqliteError } from "../../errors.ts";
import type { AppSchema, SchemaWarning } from "../../schema/model/app_schema.ts";
import { readSchemaText } from "../../schema/read_schema_text.ts";

/** A schema file, read. */
export interface ReadSchema {
  readonly text: string;
  readonly schema: AppSchema;
  readonly warnings: readonly SchemaWarning[];
}

/**
 * Reads and translates a schema file.
 * @throws {AnvilSqliteError} `cannot-read`, and as `readSchemaText` (exit 2)
 */
export async function readSchemaFile(path: string): Promise<ReadSchema> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const why = cause instanceof TypeError ? "it is not UTF-8 text" : cause instanceof Error ? cause.message : "";
    throw new AnvilSqliteError(`Cannot read schema file '${path}': ${why}`, {
      code: "cannot-read",
      hint: "Give an anvil.yaml: from the app's Git repository, or an exported project.",
      cause,
    });
  }
  return { text, ...readSchemaText(text, path) };
}
