/**
 * Fetches the bytes of one medium over the socket, into a sink, without holding them.
 * The server refuses this inside a relaxed transaction on classic storage, so it runs on a stack of its own.
 */
import type { Connection } from "../uplink/connection.ts";
import type { WireObject } from "../uplink/wire_object.ts";
import { RemoteError } from "../uplink/uplink_errors.ts";
import type { MediaHandle } from "./cell_codec.ts";
import { freshStack } from "./transaction.ts";

/** Receives one medium; `begin` may come again when a fetch is tried anew. */
export interface ByteSink {
  begin(): void;
  chunk(bytes: Uint8Array): void;
}

/**
 * Fetches a medium.
 * @throws {RemoteError} {@link isMediaGone} tells whether it is no longer there
 */
export async function fetchMedia(connection: Connection, handle: MediaHandle, sink: ByteSink): Promise<void> {
  let announced = false;
  await connection.call({
    command: "anvil.private.fetch_lazy_media",
    args: [{ manager: handle.manager, id: handle.id, key: handle.key }],
    stack: freshStack("media"),
    sink: {
      begin: (_entry: WireObject) => {
        announced = true;
        sink.begin();
      },
      chunk: (bytes) => sink.chunk(bytes),
    },
  });
  if (!announced) throw new RemoteError("anvil.private.fetch_lazy_media", "", "The reply holds no media");
}

/** Whether the server says that the medium itself is gone. */
export function isMediaGone(error: unknown): boolean {
  return error instanceof RemoteError && error.remoteMessage.includes("does not exist");
}
