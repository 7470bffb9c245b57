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

/** Failures that concern one medium alone: it was refused, came in another length, or stopped coming. */
export const MEDIUM_FAILURES = [...PATIENCE.medium.kinds, "gone", "refused", "unavailable"] as const;

const COMMAND = "anvil.private.fetch_lazy_media";

/** Receives one medium; `begin` may come again when a fetch is tried anew. */
interface ByteSink {
  begin(): void;
  chunk(bytes: Uint8Array): void;
}

/**
 * Fetches a medium.
 * @param stack the transaction to fetch it in; by default it is fetched outside of any
 * @throws {RemoteError} `media-gone` when it is no longer there
 * @throws {AnvilSqliteError} `media-length` when another number of bytes came than the server had told
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
    // A server that repeats the medium's key in its refusal must not bring it into a log or a file.
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
