/**
 * Whether a file may be a partial one, by its first 100 bytes. They are checked before SQLite opens the file, since
 * SQLite may write to whatever it opens for writing.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { APPLICATION_ID, PARTIAL_SUFFIX } from "../catalogue/identity.ts";
import { damagedPartial, emptyPartial } from "./partial_errors.ts";

/** Bytes of SQLite's header, at its beginning and at the application id (sqlite.org/fileformat.html, section 1.3). */
const HEADER_BYTES = 100;
const MAGIC = new TextEncoder().encode("SQLite format 3\0");
const APPLICATION_ID_AT = 68;

/**
 * Bytes that this program's files always have: a rollback journal, whole pages, the payload fractions, schema format 4,
 * UTF-8, no automatic vacuum. With other bytes SQLite would read the file differently.
 */
const ALWAYS: readonly (readonly [at: number, bytes: readonly number[]])[] = [
  [18, [1, 1, 0, 64, 32, 32]],
  [44, [0, 0, 0, 4]],
  [52, [0, 0, 0, 0, 0, 0, 0, 1]],
  [64, [0, 0, 0, 0]],
];

/**
 * Checks the header.
 * @throws {AnvilSqliteError} `not-a-partial`, `empty-partial` (exit 20), `damaged-partial` (exit 4)
 */
export async function checkPartialHeader(path: string): Promise<void> {
  const header = new Uint8Array(HEADER_BYTES);
  try {
    using file = await Deno.open(path);
    if (await file.read(header) === null) throw emptyPartial(path);
  } catch (cause) {
    throw cause instanceof AnvilSqliteError ? cause : notAPartial(path, cause);
  }
  const isSqlite = MAGIC.every((byte, i) => header[i] === byte);
  const id = new DataView(header.buffer).getUint32(APPLICATION_ID_AT);
  // Either of the two may be damaged.
  if (!isSqlite && id !== APPLICATION_ID) throw notAPartial(path);
  if (!isSqlite) throw damagedPartial(path, "its header is not that of a SQLite file");
  if (id !== APPLICATION_ID) throw notAPartial(path);
  const isAsMade = ALWAYS.every(([at, bytes]) => bytes.every((byte, i) => header[at + i] === byte));
  if (!isAsMade) throw damagedPartial(path, "its header is not as this program writes it");
}

/** How many times longer than its remaining part a file may have been: a damaged header may say anything. */
const MOST_LOST = 8;

/**
 * Fills a cut-off file with zeros up to its length: SQLite opens no file that is shorter than its header says, and the
 * remaining part may still be proven.
 * @returns the length that it had; null when nothing is missing
 */
export async function padFile(path: string): Promise<number | null> {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  {
    using file = await Deno.open(path);
    await file.read(new Uint8Array(header.buffer));
  }
  const { size } = await Deno.stat(path);
  // In these, 1 means 65,536 (sqlite.org/fileformat.html, sections 1.3.2 and 1.3.8).
  const pageBytes = header.getUint16(16) === 1 ? 65_536 : header.getUint16(16);
  const wanted = pageBytes * header.getUint32(28);
  if (wanted <= size || wanted > size * MOST_LOST) return null;
  await Deno.truncate(path, wanted);
  return size;
}

/** The error of a file that is not a partial one. */
export function notAPartial(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is not an interrupted backup`, {
    code: "not-a-partial",
    hint: path.endsWith(PARTIAL_SUFFIX)
      ? "If an interrupted run has left it, it is damaged beyond use: delete it and start a new backup."
      : `Give the file that the interrupted run has left; if you have renamed it, give it its ending ${PARTIAL_SUFFIX} back.`,
    cause,
  });
}
