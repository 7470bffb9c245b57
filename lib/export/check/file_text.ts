/**
 * The text of a file, piece by piece, so that memory stays small. It only reads.
 */

const PIECE_BYTES = 1 << 18;

/** Pieces of a UTF-8 file, without its byte order mark. @throws {TypeError} when it is not UTF-8 */
export function* fileText(path: string): Iterable<string> {
  using file = Deno.openSync(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const piece = new Uint8Array(PIECE_BYTES);
  for (let read = file.readSync(piece); read !== null; read = file.readSync(piece)) {
    yield decoder.decode(piece.subarray(0, read), { stream: true });
  }
  yield decoder.decode();
}
