/**
 * Media that clients fetch: found by manager and id, and cut into the server's chunks. It reads bytes piece by piece
 * and never holds a whole medium; the session sends them.
 */
import { integerOf, type SqlRow, type SqlValue, textOf } from "../../sqlite/sql_value.ts";
import { isArray, numberSource, parseExact, stringOf } from "../../json/exact_json.ts";
import { SERVER_CHUNK_BYTES } from "../../uplink/frames.ts";
import type { RowId } from "../../value/row_id.ts";
import { internalError, opaqueError } from "../protocol/errors.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import { wireString, wireStringOrNull } from "../protocol/wire_text.ts";

/** A medium to send after a reply. */
export interface MediaToSend {
  readonly contentType: string | null;
  readonly name: string | null;
  /** Its chunks as they are sent, without the empty last one. */
  readonly chunks: Iterable<Uint8Array>;
  /** Called when all chunks are sent, or sending has failed. */
  readonly done?: () => void;
}

/** A medium that the archive knows of. */
interface StoredMedia {
  readonly contentType: string | null;
  readonly name: string | null;
  readonly sha256: string;
  readonly length: number;
}

/** Makes the `LazyMedia` entry of a cell, up to its type; null if there is no such medium. */
export function lazyMediaEntry(
  snapshot: ServedSnapshot,
  cell: SqlValue,
  row: RowId,
  column: ServedColumn,
  table: ServedTable,
  keyOf: (manager: string, id: string) => string,
): string | null {
  const [found] = snapshot.rows("SELECT content_type, name FROM _anvil_media_objects WHERE id = ?1", [cell]);
  if (found === undefined) return null;
  const isSplit = snapshot.storage === "split";
  const manager = isSplit ? "table-media-s" : "table-media";
  const id = isSplit ? `[${table.id},${row},${JSON.stringify(column.id)}]` : String(cell);
  return lazyMediaText(manager, id, keyOf(manager, id), textOf(found[0]), textOf(found[1]));
}

/** A `LazyMedia` entry, up to its type and without the closing brace. */
export function lazyMediaText(
  manager: string,
  id: string,
  key: string,
  contentType: string | null,
  name: string | null,
): string {
  return `{"manager":"${manager}","key":"${key}","id":${wireString(id)},"mime-type":${
    wireStringOrNull(contentType)
  },"length":null,"name":${wireStringOrNull(name)}`;
}

/**
 * Finds a table medium by its id on the wire.
 * @throws {CallError} InternalError when the medium or its bytes do not exist
 */
export function findMedia(snapshot: ServedSnapshot, manager: string, id: string): StoredMedia {
  if (manager === "table-media") {
    const media = /^\d{1,18}$/.test(id) ? mediaOf(snapshot, BigInt(id)) : null;
    if (media === null) throw internalError(`Media Object ${id} does not exist.`);
    return media;
  }
  const cell = manager === "table-media-s" ? cellOf(snapshot, id) : null;
  const media = cell === null ? null : mediaOf(snapshot, cell);
  if (media === null) throw opaqueError();
  return media;
}

function cellOf(snapshot: ServedSnapshot, id: string): bigint | null {
  const parts = parseExact(id);
  const [tableId, row, columnId] = isArray(parts) ? parts : [];
  const table = snapshot.app.table(Number(numberSource(tableId ?? null) ?? NaN));
  const column = table?.columns.find((candidate) => candidate.id === stringOf(columnId));
  const rowId = numberSource(row ?? null);
  if (!table?.held || column?.kind !== "media" || rowId === null || !/^\d{1,19}$/.test(rowId)) return null;
  const [found] = snapshot.rows(`SELECT ${column.sql} FROM ${table.sql} WHERE ${table.rowid} = ?1`, [BigInt(rowId)]);
  return integerOf(found?.[0]);
}

function mediaOf(snapshot: ServedSnapshot, id: bigint): StoredMedia | null {
  const [row]: readonly (SqlRow | undefined)[] = snapshot.rows(
    "SELECT content_type, name, sha256, length FROM _anvil_media_objects WHERE id = ?1 AND state = 'stored'",
    [id],
  );
  const sha256 = textOf(row?.[2]);
  if (row === undefined || sha256 === null) return null;
  return { contentType: textOf(row[0]), name: textOf(row[1]), sha256, length: Number(row[3] ?? 0) };
}

/**
 * The bytes of a medium as the server sends them: 64,000 at a time.
 * @throws {CallError} InternalError, possibly half way, when bytes are missing in the archive
 */
export function* mediaChunks(snapshot: ServedSnapshot, { sha256, length }: StoredMedia): Iterable<Uint8Array> {
  let chunk = new Uint8Array(Math.min(SERVER_CHUNK_BYTES, length));
  let filled = 0;
  let left = length;
  for (let n = 0n; left > 0; n++) {
    const [row] = snapshot.rows("SELECT bytes FROM _anvil_blobs WHERE sha256 = ?1 AND n = ?2", [sha256, n]);
    const piece = row?.[0];
    if (!(piece instanceof Uint8Array) || piece.length === 0 || piece.length > left) throw opaqueError();
    left -= piece.length;
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + chunk.length - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < chunk.length) continue;
      yield chunk;
      chunk = new Uint8Array(Math.min(SERVER_CHUNK_BYTES, left + piece.length - at));
      filled = 0;
    }
  }
}
