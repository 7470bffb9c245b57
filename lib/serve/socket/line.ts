/**
 * The TCP line to one client: what the server needs of it, and what its errors mean. It knows neither HTTP nor frames.
 */

/** What the server needs of an accepted connection, so that tests can put something else in its place. */
export type Line = Pick<Deno.TcpConn, "read" | "write" | "close" | "closeWrite">;

/** Writes all of `bytes`. */
export async function writeAll(line: Line, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await line.write(bytes.subarray(at));
}

/** Closes a connection that may be closed already. */
export function closeQuietly(line: Line): void {
  try {
    line.close();
  } catch {
    // Already closed, by a failed write or by the other end.
  }
}

/** Whether an error means that the other side is gone, or that this side has cut the connection. */
export function isLineError(error: unknown): boolean {
  const { errors } = Deno;
  return [
    errors.BadResource,
    errors.BrokenPipe,
    errors.ConnectionAborted,
    errors.ConnectionReset,
    errors.Interrupted,
    errors.NotConnected,
    errors.UnexpectedEof,
  ].some((kind) => error instanceof kind);
}
