/**
 * The part of `jsr:@std/yaml/parse` that this program uses, over `npm:js-yaml`. As in that package, errors are
 * `SyntaxError`s with line and column in the message, and empty text is null. Errors do not quote the source, since it
 * may hold secrets.
 */
// js-yaml: the reference YAML parser of the npm world; ESM, so that a bundle with it also runs from a URL.
import {
  binaryTag,
  CORE_SCHEMA,
  FAILSAFE_SCHEMA,
  JSON_SCHEMA,
  loadAll,
  mergeTag,
  omapTag,
  pairsTag,
  setTag,
  timestampTag,
  YAMLException,
} from "npm:js-yaml@5.5.0";

/** Options of {@link parse}; the defaults are `@std/yaml`'s. */
export interface ParseOptions {
  /** `failsafe` reads every scalar as its text; `core` and `json` do that only with timestamps. Default: `default`. */
  schema?: "failsafe" | "core" | "json" | "default";
  /** Whether the last of two equal keys wins instead of an error. Default: false. */
  allowDuplicateKeys?: boolean;
}

const SCHEMAS = {
  failsafe: FAILSAFE_SCHEMA,
  json: JSON_SCHEMA,
  core: CORE_SCHEMA,
  default: CORE_SCHEMA.withTags(binaryTag, mergeTag, omapTag, pairsTag, setTag, timestampTag),
} as const;

/** js-yaml stops at 100 levels; nested forms of a whole exported project may be deeper. */
const MAX_DEPTH = 1_000;

/**
 * Parses one YAML document.
 * @throws {SyntaxError} when the text is not YAML, holds two documents, or repeats a key that may not be repeated
 */
export function parse(text: string, options: ParseOptions = {}): unknown {
  const { schema = "default", allowDuplicateKeys = false } = options;
  const documents = load(text, schema, allowDuplicateKeys);
  if (documents.length > 1) {
    throw new SyntaxError(`Found ${documents.length} documents in the stream: expected a single document`);
  }
  return documents[0] ?? null;
}

function load(text: string, schema: keyof typeof SCHEMAS, allowDuplicateKeys: boolean): unknown[] {
  try {
    return loadAll(text, { schema: SCHEMAS[schema], json: allowDuplicateKeys, maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const where = error.mark ? ` at line ${error.mark.line + 1}, column ${error.mark.column + 1}` : "";
    const reason = error.reason.charAt(0).toUpperCase() + error.reason.slice(1);
    throw new SyntaxError(`${reason}${where}`, { cause: error });
  }
}
