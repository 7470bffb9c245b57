/**
 * An empty writable app with an archive's tables, in a process of its own, as `drill` makes it. Prints its URL and key.
 * Run it: deno run -A serve_empty.ts FILE
 */
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { serveEmptyApp } from "../../../lib/round_trip/empty_app.ts";

using archive = await openArchive(Deno.args[0] ?? "");
const { url, key } = await serveEmptyApp(archive);
console.log(`${url} ${key}`);
