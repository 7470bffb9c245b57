/**
 * Turns one column's attributes, in any of Anvil's spellings, into a `ColumnSchema`. Link targets are read as they are
 * written; `resolve_targets.ts` compares them with the tables that exist.
 */
import { type JsonObject, stringOf } from "../../json/exact_json.ts";
import type { ColumnSchema } from "../model/app_schema.ts";
import { brief, isMissing, tableIdOf, without } from "../model/attributes.ts";
import { columnKind, isLink } from "../model/column_kind.ts";
import { type Place, shown, type Warn } from "../model/warnings.ts";

/** The only backend whose links lead to rows. */
const ROW_BACKEND = "anvil.tables.Row";

/** What happens to a name that YAML would read as another value. */
export const BARE = "it is taken as it is written";

/** Name of a column. A value that is not text, which no app has, is used as JSON text, with a warning. */
export function columnName(attributes: JsonObject): string {
  const { name } = attributes;
  return stringOf(name) ?? (isMissing(name) ? "" : brief(name));
}

/** One column of a source. */
export interface RawColumn {
  /** The id in the source outside the attributes; null if there is none. */
  readonly id: string | null;
  readonly attributes: JsonObject;
  /** Whether its name is written without the quotes that make it a text in YAML. */
  readonly isBareName: boolean;
}

/** Reads one column. */
export function readColumn({ id, attributes, isBareName }: RawColumn, place: () => Place, warn: Warn): ColumnSchema {
  const name = columnName(attributes);
  const odd = (code: string, what: string) => warn(code, `Column ${shown(name)} ${what}`, place);
  if (isMissing(attributes["name"])) odd("missing-name", "has no name in the file; it is kept under the empty name");
  else if (isBareName) odd("odd-name", `is written without quotes, and is not text to YAML; ${BARE}`);
  else if (stringOf(attributes["name"]) === null) {
    odd("odd-name", `has a name that is not text; ${shown(name)} is taken`);
  }

  const declaredType = stringOf(attributes["type"]) ?? "";
  const foreign = isForeign(attributes);
  const kind = foreign ? "unknown" : columnKind(declaredType);
  if (foreign) odd("foreign-backend", `links to ${brief(attributes["backend"])}, not to rows; it is kept as JSON`);
  else if (declaredType === "") odd("missing-type", `has type ${brief(attributes["type"])}; it is kept as JSON`);
  else if (kind === "unknown") odd("unknown-type", `has the unknown type ${shown(declaredType)}; it is kept as JSON`);

  const taken = ["name", "client_hidden"];
  if (isMissing(attributes["type"]) || stringOf(attributes["type"]) !== null) taken.push("type");
  const ownId = stringOf(attributes["id"]);
  if (id === null && ownId !== null) taken.push("id");

  const target = stringOf(attributes["target"]);
  if (isLink(kind) ? target !== null || isMissing(attributes["target"]) : isMissing(attributes["target"])) {
    taken.push("target");
  } else if (kind !== "unknown") {
    odd(
      "odd-target",
      `is of type ${shown(declaredType)} and has target ${brief(attributes["target"])}; it is kept aside`,
    );
  }
  const targetId = tableIdOf(attributes["table_id"]);
  if (isLink(kind) && (targetId !== null || isMissing(attributes["table_id"]))) taken.push("table_id");

  const hidden = attributes["client_hidden"];
  if (!isMissing(hidden) && typeof hidden !== "boolean") {
    odd("odd-client-hidden", `has client_hidden ${brief(hidden)}, neither true nor false; it is taken as hidden`);
  }
  return {
    id: id ?? ownId,
    name,
    kind,
    declaredType,
    target: isLink(kind) ? target : null,
    targetId: isLink(kind) ? targetId : null,
    clientHidden: !isMissing(hidden) && hidden !== false,
    extra: without(attributes, taken),
  };
}

function isForeign({ type, backend }: JsonObject): boolean {
  return isLink(columnKind(stringOf(type) ?? "")) && !isMissing(backend) && stringOf(backend) !== ROW_BACKEND;
}
