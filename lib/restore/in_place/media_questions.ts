/**
 * Fetches media of the app when only their bytes show whether they differ from the file's, several at once. It never
 * holds a whole medium in memory.
 */
import { fetchMedia } from "../../tables/fetch_media.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import { HashSink } from "../job/hash_sink.ts";
import { patienceOf } from "../job/restore_options.ts";
import type { MediumQuestion } from "./compare_row.ts";
import type { InPlace } from "./context.ts";

/** Media in flight. */
const IN_FLIGHT = 16;

/** Compares media, and plans the cells of those that differ. */
export async function compareMedia(context: InPlace, questions: readonly MediumQuestion[]): Promise<void> {
  const { options, target, idMap } = context;
  let next = 0;
  const work = async () => {
    for (let question = questions[next++]; question !== undefined; question = questions[next++]) {
      options.signal.throwIfAborted();
      const { handle, wanted, differs } = question;
      const sink = new HashSink();
      const fetch = () => fetchMedia(target.connection, handle, sink);
      await patiently("reading a media file of the app", fetch, patienceOf(options), PATIENCE.medium);
      const sha256 = sink.digest();
      if (sha256 !== wanted.sha256) idMap.transaction(() => differs(sha256));
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, questions.length) }, work));
}
