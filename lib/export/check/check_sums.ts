/**
 * Reads every file of a folder back and compares it with the SHA-256 that was computed while it was written. It only reads.
 */
import { createHash } from "node:crypto";
import { join } from "../../deps.ts";
import { SUMS_FILE } from "../../place/partial_folder.ts";
import { differs } from "./compare_rows.ts";

const PIECE_BYTES = 1 << 18;

/** Reads all files of a folder back and compares their SHA-256. */
export function checkSums(folder: string, signal: AbortSignal): void {
  for (const line of Deno.readTextFileSync(join(folder, SUMS_FILE)).split("\n").slice(0, -1)) {
    signal.throwIfAborted();
    const [sha256, name] = [line.slice(0, 64), line.slice(66)];
    if (hashOf(join(folder, ...name.split("/"))) !== sha256) throw differs(`File '${name}' is not as it was written`);
  }
}

function hashOf(path: string): string {
  using file = Deno.openSync(path);
  const hash = createHash("sha256");
  const piece = new Uint8Array(PIECE_BYTES);
  for (let read = file.readSync(piece); read !== null; read = file.readSync(piece)) {
    hash.update(piece.subarray(0, read));
  }
  return hash.digest("hex");
}
