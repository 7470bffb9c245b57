/**
 * The thread that takes nights out of a vault, as files that pages can read. So readers of other nights do not have to
 * wait. The files are removed when the thread ends.
 */
import type { SnapshotFile } from "../../source/snapshot.ts";
import { vaultReader } from "../../vault/as_source/vault_reader.ts";
import type { WorkerScope } from "../../threads/worker_scope.ts";
import type { Ready } from "../threads/start_thread.ts";
import type { FromMaker, ToMaker } from "./night_messages.ts";

/** Makes nights until a message ends it. */
export function makeNights(scope: WorkerScope): void {
  const made: SnapshotFile[] = [];
  let last: Promise<void> = Promise.resolve();
  const say = (message: FromMaker) => scope.postMessage(message);
  scope.onmessage = ({ data }: MessageEvent<ToMaker>) => {
    last = last.then(async () => {
      if (data.kind === "make") return await make(data, made, say);
      for (const file of made.splice(0)) await file[Symbol.asyncDispose]();
      say({ kind: "ended" });
    });
  };
  scope.postMessage({ kind: "ready" } satisfies Ready);
}

async function make(
  { night, path, number }: Extract<ToMaker, { kind: "make" }>,
  made: SnapshotFile[],
  say: (message: FromMaker) => void,
): Promise<void> {
  try {
    const reader = vaultReader({ now: new Date(), onStep: (_what, rows) => say({ kind: "rows", night, rows }) });
    const snapshot = (await reader.list(path)).find((one) => one.number === number);
    if (snapshot === undefined) return say({ kind: "failed", night, message: `The vault has no snapshot #${number}` });
    const file = await snapshot.open();
    made.push(file);
    say({ kind: "made", night, path: file.path });
  } catch (error) {
    say({ kind: "failed", night, message: error instanceof Error ? error.message : String(error) });
  }
}
