/**
 * Media fetched one at a time, as the forum script does it: no file, no hash. Prints seconds as JSON.
 * Run it: deno run -A media_client.ts URL KEY
 */
import { systemClock } from "../../../lib/clock.ts";
import { closeSession, openSession } from "../../../lib/tables/session.ts";
import { schemaFromLive } from "../../../lib/schema/from_live.ts";
import { isMediaHandle } from "../../../lib/tables/cell_codec.ts";
import { fetchMedia } from "../../../lib/tables/fetch_media.ts";
import { readPage } from "../../../lib/tables/read/page.ts";
import { tableReader } from "../../../lib/tables/read/table_reader.ts";
import { LIMITS } from "../../../lib/uplink/limits.ts";

const [url = "", key = ""] = Deno.args;
const began = performance.now();
const session = await openSession({ url, key, clock: systemClock, limits: LIMITS });
const { schema } = schemaFromLive(session.live);
const [table] = session.listed;
if (table === undefined) throw new Error("The app has no table");
const reader = tableReader(table, schema.tables[0]?.columns ?? []);
let media = 0;
let after: string | null = null;
for (let more = true; more;) {
  const page = await readPage(session.connection, session.stack, reader, { after, rows: 1_000 });
  for (const { id, cells } of page.rows) {
    after = id;
    for (const cell of cells) {
      if (!isMediaHandle(cell)) continue;
      await fetchMedia(session.connection, cell, { begin: () => {}, chunk: () => {} });
      media++;
    }
  }
  more = page.more;
}
await closeSession(session);
console.log(JSON.stringify({ media, seconds: (performance.now() - began) / 1_000 }));
