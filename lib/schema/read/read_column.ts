/**
 * One column's attributes, in any of Anvil's spellings, to a `ColumnSchema`.
 * Link targets are taken as told; `resolve_targets.ts` holds them against the tables that are there.
 */
import { type JsonObject, stringOf } from "../../json/exact_json.ts";
import type { ColumnSchema } from "../model/app_schema.ts";
import { brief, isMissing, tableIdOf, without } from "../model/attributes.ts";
import { columnKind, isLink } from "../model/column_kind.ts";
import { type Place, shown, type Warn } from "../model/warnings.ts";

/** The only backend whose links point at rows. */
const ROW_BACKEND = "anvil.tables.Row";

/** Name of a column; numbers and the like, which YAML makes of unquoted names, become text with a warning. */
export function columnName(attributes: JsonObject): string {
  const { name } = attributes;
  return stringOf(name) ?? (isMissing(name) ? "" : brief(name));
}

/**
 * Reads one column.
 * @param id the id that the source gives outside the attributes, null where it gives none
 */
export function readColumn(
  id: string | null,
  attributes: JsonObject,
  place: () => Place,
  warn: Warn,
): ColumnSchema {
  const name = columnName(attributes);
  const odd = (code: string, what: string) => warn(code, `Column ${shown(name)} ${what}`, place);
  if (isMissing(attributes["name"])) odd("missing-name", "has no name in the file; it is kept under the empty name");
  else if (stringOf(attributes["name"]) === null) odd("odd-name", "has a name that is no text; its text is taken");

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
