/**
 * Parses schema text into a YAML document: strictly first, then leniently if the only fault is a repeated key. It knows
 * no table. Errors never quote the file's own text, since that may hold secrets.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { membersOf, readTwice, type TwoReadings } from "./two_readings.ts";

/** Where to get a file that contains the schema; every error has this hint. */
export const WHERE_TO_GET_IT =
  "Take anvil.yaml from the top folder of the app's Git repository (saved since April 2020), or a project file that " +
  "holds the data tables; a backup needs neither, since the live app says what tables it has";

/** A YAML file after parsing. */
export interface YamlDocument {
  /** Its top level. */
  readonly root: ReadonlyMap<string, TwoReadings>;
  /** Whether a key occurs twice somewhere; the last one was used. */
  readonly hasDuplicateKey: boolean;
  /** Line of the first key that occurs twice, counted from 1, if the parser said it. */
  readonly duplicateKeyLine: number | null;
}

/** Both parsers say where they stopped; after the column they quote the source. */
const POSITION = /^(.*?) at line (\d+), column (-?\d+)/s;

/**
 * Parses the text of a schema file.
 * @throws {AnvilSqliteError} `not-yaml` or `not-a-schema`, exit 2, when the text is not a YAML mapping
 */
export function parseDocument(text: string, sourceName: string): YamlDocument {
  let strictError: unknown = null;
  let readings = tryParse(text, false, (error) => strictError = error);
  if (strictError !== null) readings = tryParse(text, true, () => throwNotYaml(strictError, sourceName));
  const root = membersOf(readings);
  if (root === null) {
    throw new AnvilSqliteError(`No table schema in ${JSON.stringify(sourceName)}: it holds ${kindOf(readings)}`, {
      code: "not-a-schema",
      hint: WHERE_TO_GET_IT,
    });
  }
  return { root, hasDuplicateKey: strictError !== null, duplicateKeyLine: lineOf(strictError) };
}

function tryParse(text: string, allowDuplicateKeys: boolean, onError: (error: unknown) => void): TwoReadings {
  try {
    return readTwice(text, { allowDuplicateKeys });
  } catch (error) {
    onError(error);
    return { texts: null, values: null };
  }
}

function throwNotYaml(cause: unknown, sourceName: string): never {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [, reason, line, column] = POSITION.exec(text) ?? [null, text.split("\n", 1)[0] ?? ""];
  const where = line === undefined ? "" : ` at line ${line}${Number(column) > 0 ? `, column ${column}` : ""}`;
  throw new AnvilSqliteError(`Cannot read ${JSON.stringify(sourceName)} as YAML: ${reason}${where}`, {
    code: "not-yaml",
    hint: `An editor may have changed the indentation. ${WHERE_TO_GET_IT}`,
    cause,
  });
}

function lineOf(error: unknown): number | null {
  const match = error instanceof Error ? POSITION.exec(error.message) : null;
  return match ? Number(match[2]) : null;
}

function kindOf({ texts, values }: TwoReadings): string {
  if (values === null || values === undefined) return "nothing";
  return Array.isArray(texts) ? "a list" : `a single ${typeof values}`;
}
