/**
 * What PostgreSQL makes of a text: it cannot hold NUL and lone surrogates. Text in, text out.
 */
import type { StorageStyle } from "../app/snapshot.ts";
import { databaseError } from "../protocol/errors.ts";

/**
 * The text as it is stored.
 * @throws {CallError} TableError for NUL, and in classic storage for a lone surrogate; split storage stores `?` for it
 */
export function databaseText(text: string, storage: StorageStyle): string {
  if (text.includes("\0")) {
    throw databaseError(
      storage === "split"
        ? 'ERROR: invalid byte sequence for encoding "UTF8": 0x00'
        : "ERROR: unsupported Unicode escape sequence\n  Detail: \\u0000 cannot be converted to text.",
    );
  }
  if (text.isWellFormed()) return text;
  if (storage === "split") return text.toWellFormed().replaceAll("\uFFFD", "?");
  throw databaseError(
    "ERROR: invalid input syntax for type json\n  Detail: Unicode low surrogate must follow a high surrogate.",
  );
}
