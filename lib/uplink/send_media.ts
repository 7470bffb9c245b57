/**
 * Sends media after the call that announced them: a header and its bytes, chunk by chunk. It waits while the socket
 * holds much unsent data, so that a large medium is never whole in memory.
 */
import { type Clock, pause } from "../clock.ts";
import { stringifyExact } from "../json/exact_json.ts";
import { CLIENT_CHUNK_BYTES } from "./frames.ts";
import { ConnectionLostError } from "./uplink_errors.ts";

/** A medium to send. */
export interface OutgoingMedia {
  /** The id of its `DataMedia` entry. */
  readonly id: string;
  /** Its bytes, in pieces of any size. */
  readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Unsent bytes above which sending pauses: a transaction's keepalive must not wait long behind them. */
const HIGH_WATER_BYTES = 524_288;
const DRAIN_POLL_MS = 5;

/** Sends the media of one call; `onProgress` is called as chunks leave. */
export async function sendMedia(
  socket: WebSocket,
  requestId: string,
  media: readonly OutgoingMedia[],
  clock: Clock,
  onProgress: () => void,
): Promise<void> {
  for (const { id, bytes } of media) {
    let chunkIndex = 0;
    const send = async (chunk: Uint8Array, lastChunk: boolean) => {
      while (socket.bufferedAmount > HIGH_WATER_BYTES) {
        onProgress();
        await pause(clock, DRAIN_POLL_MS);
      }
      if (socket.readyState !== WebSocket.OPEN) throw new ConnectionLostError("it ended while a medium was being sent");
      const header = { type: "CHUNK_HEADER", requestId, mediaId: id, chunkIndex: chunkIndex++, lastChunk };
      socket.send(stringifyExact(header));
      socket.send(chunk as Uint8Array<ArrayBuffer>);
      onProgress();
    };
    let held: Uint8Array | null = null;
    for await (const piece of bytes) {
      for (let from = 0; from < piece.length; from += CLIENT_CHUNK_BYTES) {
        if (held !== null) await send(held, false);
        held = piece.subarray(from, from + CLIENT_CHUNK_BYTES);
      }
    }
    await send(held ?? new Uint8Array(0), true);
  }
}
