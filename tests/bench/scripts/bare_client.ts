/**
 * A client that only receives the replies which a backup gets of a table of the usual kind: it asks for the same pages,
 * as many at once, and looks at nothing. What is left of a server's speed after it is what a backup can lose.
 * Run it: deno run -A bare_client.ts URL KEY ROWS
 */
import { costOf } from "../processes.ts";
import { FIRST_ID, USUAL_TYPES } from "../usual_rows.ts";

/** Rows of a page, as a backup of this table asks for. */
const PAGE_ROWS = 517;
const IN_FLIGHT = 4;
const V2 = "anvil.private.tables.v2.";

const [url = "", key = "", rowsWord = "0"] = Deno.args;
const rows = Number(rowsWord);
const socket = new WebSocket(url);
await new Promise((resolve) => socket.onopen = resolve);
let wake: (text: string) => void = () => {};
const next = () => new Promise<string>((resolve) => wake = resolve);
socket.onmessage = ({ data }) => wake(String(data));

async function ask(frame: unknown): Promise<string> {
  const reply = next();
  socket.send(JSON.stringify(frame));
  return await reply;
}

await ask({ key, v: 8 });
const stack = { "call-stack-id": "bare" };
const call = { type: "CALL", args: [], kwargs: {}, ...stack };
await ask({ ...call, id: "open", command: "anvil.private.tables.open_transaction", kwargs: { isolation: "relaxed" } });
const listing = JSON.parse(await ask({ ...call, id: "list", command: `${V2}get_app_tables` }));
const { scope, mac, narrow = [] } = listing.objects[0];

const fetch = Object.fromEntries(Object.keys(USUAL_TYPES).map((name) => [name, true]));
const search = { search: null, fetch, order: null, chunk: PAGE_ROWS };
let after = FIRST_ID - 1;
const last = after + rows;

function askPage(): void {
  const capability = { path: ["args", 0], type: ["Capability"], scope, mac, narrow: [...narrow, search, `[${after}]`] };
  socket.send(JSON.stringify({
    ...call,
    id: `page${after}`,
    command: `${V2}search.next_page`,
    args: [null],
    objects: [capability],
  }));
  after += PAGE_ROWS;
}

const began = performance.now();
let bytes = 0;
let inFlight = 0;
await new Promise<void>((resolve, reject) => {
  socket.onclose = () => reject(new Error("The server closed the connection"));
  socket.onmessage = ({ data }) => {
    const text = String(data);
    if (text.startsWith('{"error"') || text.length < 1_000) return reject(new Error(text));
    bytes += text.length;
    inFlight--;
    if (after < last) askPage(), inFlight++;
    else if (inFlight === 0) resolve();
  };
  for (; inFlight < IN_FLIGHT; inFlight++) askPage();
});
const seconds = (performance.now() - began) / 1_000;
console.log(JSON.stringify({ rows, bytes, seconds, ...costOf("self") }));
Deno.exit(0);
