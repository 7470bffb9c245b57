/**
 * Fetches the bytes of one medium over the socket, into a sink, without holding them in memory. The server refuses this
 * inside a relaxed transaction on classic storage, so it runs on a stack of its own unless the caller wants otherwise.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { Connection } from "../uplink/connection.ts";
import { PATIENCE } from "../uplink/limits.ts";
import type { WireObject } from "../uplink/wire_object.ts";
import { protocolError, RemoteError, withoutKey } from "../uplink/uplink_errors.ts";
import type { MediaHandle } from "./cell_codec.ts";
import { freshStack } from "./transaction.ts";

/** Failures that concern only one medium: it was refused, had another length, or stopped coming. */
export const MEDIUM_FAILURES = [...PATIENCE.medium.kinds, "gone", "refused", "unavailable"] as const;

const COMMAND = "anvil.private.fetch_lazy_media";

/** Receives one medium; `begin` may be called again when a fetch is retried. */
interface ByteSink {
  begin(): void;
  chunk(bytes: Uint8Array): void;
}

/**
 * Fetches a medium.
 * @param stack the transaction to fetch it in; by default it is fetched outside of any
 * @throws {RemoteError} `media-gone` when it no longer exists
 * @throws {AnvilSqliteError} `media-length` when the number of bytes differs from the one that the server had announced
 */
export async function fetchMedia(
  connection: Connection,
  handle: MediaHandle,
  sink: ByteSink,
  stack = freshStack("media"),
): Promise<void> {
  let announced = false;
  let bytes = 0;
  try {
    await connection.call({
      command: COMMAND,
      args: [{ manager: handle.manager, id: handle.id, key: handle.key }],
      stack,
      sink: {
        begin: ({ path }: WireObject) => {
          if (announced || path.length !== 1) throw protocolError("a reply with another file than was asked for");
          announced = true;
          bytes = 0;
          sink.begin();
        },
        chunk: (chunk) => {
          bytes += chunk.length;
          sink.chunk(chunk);
        },
      },
    });
  } catch (error) {
    // A refusal may repeat the medium's key, which must not get into a log or a file.
    if (!(error instanceof RemoteError)) throw error;
    throw new RemoteError(COMMAND, error.type, withoutKey(error.remoteMessage, handle.key));
  }
  if (!announced) throw new RemoteError(COMMAND, "", "The reply holds no file");
  if (handle.length !== null && handle.length !== bytes) {
    throw new AnvilSqliteError(`The server sent ${bytes} bytes of a file of ${handle.length}`, {
      code: "media-length",
    });
  }
}
