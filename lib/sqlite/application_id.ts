/**
 * Which program a SQLite file belongs to, by the number in its header. It reads the first bytes of a file and opens no
 * database.
 */

/** Source: sqlite.org/fileformat.html, section 1.3. */
const MAGIC = "SQLite format 3\0";
const APPLICATION_ID_AT = 68;
const HEADER_BYTES = 100;

/**
 * The `PRAGMA application_id` of a file; null when it is not a SQLite file, or cannot be read. It ignores what a killed
 * run has left in a journal or a WAL beside the file.
 */
export async function applicationIdAt(path: string): Promise<number | null> {
  const header = await firstBytes(path);
  if (header === null || new TextDecoder("latin1").decode(header.subarray(0, MAGIC.length)) !== MAGIC) return null;
  return new DataView(header.buffer).getUint32(APPLICATION_ID_AT);
}

/** Null when there are not so many. */
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
