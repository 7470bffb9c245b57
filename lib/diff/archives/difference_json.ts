/**
 * Differences as JSON: one object for each, numbers with all their digits, values of secret columns left out. Pure.
 */
import { type Json, jsonString, numeral, parseExact } from "../../json/exact_json.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { numberText } from "../../value/cell.ts";
import type { ComparedCell } from "../same_cell.ts";
import type { ArchiveDifference } from "./compare_archives.ts";
import type { CellChange } from "./row_changes.ts";

/** A difference as an object for programs. */
export function differenceJson(difference: ArchiveDifference): Json {
  switch (difference.kind) {
    case "schema":
    case "not-compared": {
      const { kind, table, column, message } = difference;
      return { kind, table: jsonString(table), column: textJson(column), message: jsonString(message) };
    }
    case "table": {
      const { kind, table, changed, added, deleted, returned } = difference;
      const counts = { changed, added, deleted, returned };
      return { kind, table: jsonString(table), ...counts };
    }
    case "row": {
      const { kind, change, table, row, newRow, label, cells } = difference;
      return {
        kind,
        change,
        table: jsonString(table),
        row,
        new_row: newRow,
        label: textJson(label),
        cells: cells.map(differenceCellJson),
      };
    }
  }
}

/** A cell that differs, as an object for programs. */
export function differenceCellJson({ column, old, now }: CellChange): Json {
  const name = jsonString(column.name);
  if (isSecretColumn(column)) return { column: name, hidden: true };
  return { column: name, old: valueJson(column.kind, old), new: valueJson(column.kind, now) };
}

/** A cell in the most natural JSON: a bool as true or false, an object as itself, a link as its row id's text. */
function valueJson(kind: ColumnKind, cell: ComparedCell): Json {
  if (cell === null) return null;
  if (typeof cell === "object") {
    const { name, contentType, sha256 } = cell;
    return { name: textJson(name), content_type: textJson(contentType), sha256 };
  }
  switch (kind) {
    case "number":
      return numeral(numberText(cell));
    case "bool":
      return cell === 1n;
    case "simpleObject":
    case "unknown":
    case "link_multiple":
      return parsed(String(cell));
    default:
      return jsonString(String(cell));
  }
}

/** The text as JSON. A changed file may have a text that is not JSON, which stays a string. */
function parsed(text: string): Json {
  try {
    return parseExact(text);
  } catch {
    return jsonString(text);
  }
}

function textJson(text: string | null): Json {
  return text === null ? null : jsonString(text);
}
