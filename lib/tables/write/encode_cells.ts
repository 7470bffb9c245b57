/**
 * Puts cells into the arguments of a call: JSON in place, and an `objects` entry with its path for everything else. It
 * is the opposite of `page.ts`. It sends nothing and knows no archive.
 */
import { jsonObject } from "../../json/json_object.ts";
import type { Cell } from "../../value/cell.ts";
import { type Json, type JsonObject, stringifyExact } from "../../json/exact_json.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { type Capability, capabilityObject, type PathStep, type WireObject } from "../../uplink/wire_object.ts";
import { MAX_MESSAGE_BYTES } from "../../uplink/limits.ts";
import type { OutgoingMedia } from "../../uplink/send_media.ts";
import { plainWireValue, wireDatetime } from "../cell_codec.ts";

/** Most bytes of JSON for one row: a message must stay below the server's limit, and other text surrounds the rows. */
export const MAX_ROW_BYTES = MAX_MESSAGE_BYTES - 65_536;
/** Most bytes of JSON for one value. */
export const MAX_CELL_BYTES = MAX_ROW_BYTES - 4_096;

/** A medium to upload as a cell. */
export interface MediaUpload {
  readonly contentType: string | null;
  readonly name: string | null;
  readonly length: number;
  readonly bytes: () => Iterable<Uint8Array>;
}

/** A value on its way to the server. */
export type OutgoingCell =
  | { readonly type: "json"; readonly value: Json }
  | { readonly type: "Date" | "DateTime"; readonly value: string }
  | { readonly type: "media"; readonly upload: MediaUpload }
  /** A link: capability of the target row. */
  | { readonly type: "row"; readonly row: Capability }
  | { readonly type: "rows"; readonly rows: readonly Capability[] };

/** Cells of one row by column name. A column that is missing keeps its value; in a new row it is None. */
export type OutgoingRow = readonly (readonly [column: string, cell: OutgoingCell])[];

/** The outgoing form of None. */
export const NONE: OutgoingCell = { type: "json", value: null };

/** The outgoing form of a cell that is neither a medium nor a link. */
export function outgoingCell(kind: ColumnKind, cell: Cell): OutgoingCell {
  if (cell === null) return NONE;
  if (kind === "date") return { type: "Date", value: String(cell) };
  if (kind === "datetime") return { type: "DateTime", value: wireDatetime(String(cell)) };
  return { type: "json", value: plainWireValue(kind, cell) };
}

const encoder = new TextEncoder();
/** Bytes of an `objects` entry besides its own values: type, path and punctuation. */
const ENTRY_BYTES = 90;
/** Bytes of a row's capability and the class that wraps it. */
const LINK_BYTES = 330;

/** An estimate of the bytes that a cell takes in a message, never too low. */
export function outgoingBytes(column: string, cell: OutgoingCell): number {
  const name = encoder.encode(JSON.stringify(column)).length;
  switch (cell.type) {
    case "json":
      return name + 2 + encoder.encode(stringifyExact(cell.value)).length;
    case "Date":
    case "DateTime":
      return name * 2 + ENTRY_BYTES + cell.value.length;
    case "media": {
      const { name: file, contentType } = cell.upload;
      return name * 2 + ENTRY_BYTES * 2 + encoder.encode(JSON.stringify([file, contentType])).length;
    }
    case "row":
      return name * 3 + LINK_BYTES;
    case "rows":
      return name + 4 + cell.rows.length * (name * 2 + LINK_BYTES);
  }
}

/** Collects the media and the values that JSON does not have, while the arguments of a call are made. */
export class CallParts {
  readonly objects: WireObject[] = [];
  readonly media: OutgoingMedia[] = [];

  /** Adds a capability at a path. */
  capability(capability: Capability, path: readonly PathStep[]): null {
    this.objects.push(capabilityObject(capability, path));
    return null;
  }

  /** Adds a row's cells at a path. */
  row(row: OutgoingRow, path: readonly PathStep[]): JsonObject {
    return jsonObject(row.map(([column, cell]) => [column, this.#cell(cell, [...path, column])]));
  }

  #cell(cell: OutgoingCell, path: readonly PathStep[]): Json {
    switch (cell.type) {
      case "json":
        return cell.value;
      case "Date":
      case "DateTime":
        this.objects.push({ path, type: [cell.type], value: cell.value });
        return null;
      case "media": {
        const { contentType, name, bytes } = cell.upload;
        const id = `m${this.media.length}`;
        this.objects.push({ path, type: ["DataMedia"], id, "mime-type": contentType, name });
        this.media.push({ id, bytes: bytes() });
        return null;
      }
      case "row":
        return this.#link(cell.row, path);
      case "rows":
        return cell.rows.map((row, index) => this.#link(row, [...path, index]));
    }
  }

  /** The capability comes first, then the class that wraps the value at the path. */
  #link(row: Capability, path: readonly PathStep[]): null {
    this.capability(row, path);
    this.objects.push({ path, type: ["ValueType"], typeName: "anvil.tables.v2._RowRef" });
    return null;
  }
}
