/**
 * What kind of file a path leads to, by its first hundred bytes. It opens no database, so that a folder of hundreds of
 * files is sorted at once.
 */
import { APPLICATION_ID, VAULT_APPLICATION_ID } from "../archive/catalogue/identity.ts";
import { ID_MAP_APPLICATION_ID } from "../id_map/id_map.ts";

/** Kinds of files; `other` is any file that is not ours. */
type FileKind = "archive" | "vault" | "id-map" | "other";

/** A SQLite file begins with this (sqlite.org/fileformat.html, 1.3). */
const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
const APPLICATION_ID_AT = 68;

/** The kind of a regular file. `other` for a file that cannot be read; the code that opens it reports why. */
export async function fileKind(path: string): Promise<FileKind> {
  const header = await firstBytes(path);
  if (header === null || new TextDecoder("latin1").decode(header.subarray(0, MAGIC.length)) !== MAGIC) return "other";
  const id = new DataView(header.buffer).getUint32(APPLICATION_ID_AT);
  if (id === APPLICATION_ID) return "archive";
  if (id === VAULT_APPLICATION_ID) return "vault";
  return id === ID_MAP_APPLICATION_ID ? "id-map" : "other";
}

/** Null if the file is shorter. */
async function firstBytes(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    using file = await Deno.open(path, { read: true });
    const header = new Uint8Array(HEADER_BYTES);
    for (let at = 0; at < header.length;) {
      const read = await file.read(header.subarray(at));
      if (read === null) return null;
      at += read;
    }
    return header;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}
