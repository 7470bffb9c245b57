/**
 * Makes a very small call now and then, and reports to the pace how long the answer took. It ends with the connection.
 */
import type { Clock } from "../../clock.ts";
import { freshStack } from "../../tables/transaction.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { Pace } from "./pace.ts";

/** Pause between an answer and the next small call; it doubles up to the longest while no other answer comes. */
const ASK_MS = 500;
const LONGEST_MS = 4_000;

/** Begins making small calls; the returned function ends it. A pace that does not depend on the server needs none. */
export function keepPace(connection: Connection, clock: Clock, pace: Pace): () => void {
  if (!pace.isMindful) return () => {};
  const stack = freshStack("pace");
  let isOver = false;
  let cancel = () => {};
  let pauseMs = ASK_MS;
  let heardAt = -1;
  const ask = async () => {
    pauseMs = connection.heardAt === heardAt ? Math.min(LONGEST_MS, pauseMs * 2) : ASK_MS;
    const began = clock.monotonic();
    // A key that may not even do this is refused as quickly as another one is answered.
    await connection.call({ command: "anvil.private.echo", args: ["pace"], stack }).catch(() => {});
    if (isOver || connection.isOver) return;
    pace.answered(clock.monotonic() - began);
    heardAt = connection.heardAt;
    cancel = clock.after(pauseMs, () => void ask());
  };
  void ask();
  return () => {
    isOver = true;
    cancel();
  };
}
