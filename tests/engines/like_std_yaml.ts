/**
 * Stands in for `jsr:@std/yaml/parse` where JSR is out of reach: over js-yaml 3, of which that package is a port. It takes
 * the same scalars for numbers (`017` is 15, `0o17` is text, `12:30:45` is 45045) and words errors as that package does.
 */
import { jsYaml3 } from "../deps.ts";

/** Options of {@link parse}. */
interface ParseOptions {
  schema?: "failsafe" | "core" | "json" | "default";
  allowDuplicateKeys?: boolean;
}

interface Exception extends Error {
  readonly reason: string;
  readonly mark: { readonly line: number; readonly column: number } | undefined;
}

const SCHEMAS = {
  failsafe: jsYaml3.FAILSAFE_SCHEMA,
  core: jsYaml3.CORE_SCHEMA,
  json: jsYaml3.JSON_SCHEMA,
  default: jsYaml3.DEFAULT_SAFE_SCHEMA,
} as const;

/**
 * Parses one YAML document.
 * @throws {SyntaxError} with line, column and a snippet of the source
 */
export function parse(text: string, { schema = "default", allowDuplicateKeys = false }: ParseOptions = {}): unknown {
  try {
    return jsYaml3.load(text, { schema: SCHEMAS[schema], json: allowDuplicateKeys }) ?? null;
  } catch (error) {
    const { reason, mark } = error as Exception;
    if (mark === undefined) throw new SyntaxError(reason);
    throw new SyntaxError(
      `${reason} at line ${mark.line + 1}, column ${mark.column + 1}:\n    ${text.slice(0, 60)}\n    ^`,
    );
  }
}
