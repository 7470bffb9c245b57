/**
 * A server process that replays pre-rendered pages of the real shape, so that only the client's own cost shows:
 * 8 columns, a capability for each row, datetimes in `objects`, about 580 bytes a row.
 * It knows just the calls that a backup makes and checks nothing. Run it: deno run -A replay_server.ts ROWS
 */
import { FIRST_ID, TABLE_ID, USUAL_TYPES } from "../usual_rows.ts";

const VIEW_KEY = `{"id":${TABLE_ID}}`;
/** Names and types. */
const COLUMNS = Object.entries(USUAL_TYPES);
const MAC = "9dbaea4d844a3bbc3e123286f0d2a89f1b35f3f929161a81c2cc69ddfb3851ea";

/** Stands where a reply's id goes. */
const ID_PLACE = "__call_id__";

interface Template {
  readonly bytes: Uint8Array;
  /** Offset of an id's digits, and the row whose id it is. */
  readonly ids: readonly (readonly [offset: number, row: number])[];
  /** Offset of {@link ID_PLACE}. */
  readonly callId: number;
}

const templates = new Map<string, Template>();

/** Rows stand in a page in no order, as on a real server, whose maps are hashed. */
function shuffled(rows: number): readonly number[] {
  const key = (row: number) => (row * 2_654_435_761) % 4_294_967_296;
  return Array.from({ length: rows }, (_, row) => row).sort((a, b) => key(a) - key(b));
}

const digits = (row: number) => `@${String(row).padStart(7, "0")}`;

function renderTemplate(rows: number, more: boolean): Template {
  const data: string[] = [];
  const objects: string[] = [];
  const vk = JSON.stringify(VIEW_KEY);
  const scope = `"scope":["_","t",{"id":${TABLE_ID}}`;
  if (more) objects.push(`{"type":["Capability"],${scope},"[1]"],"mac":"${MAC}","path":["response",1]}`);
  for (const row of shuffled(rows)) {
    const id = digits(row);
    const path = (place: number) => `"path":["response",2,${vk},"rows","${id}",${place}]`;
    data.push(
      `"${id}":[${row % 2 === 0},null,null,${row}.5,${row},"row number ${row} of a table of the usual kind",` +
        `"h\\u00e9llo \\"q\\", ${row}\\nline2",{"i":${row},"tags":["a","b"],"nested":{"x":null}},null]`,
    );
    objects.push(
      `{"type":["Date"],"value":"2024-02-29",${path(1)}}`,
      `{"type":["DateTime"],"value":"2020-01-01 00:00:00.000000+0530",${path(2)}}`,
      `{"type":["Capability"],${scope},{"r":${id}}],"mac":"${MAC}",${path(8)}}`,
    );
  }
  const ids = Array.from({ length: rows }, (_, row) => digits(row));
  const cols = COLUMNS.map(([name, type]) => `{"name":"${name}","type":"${type}","client_hidden":null}`);
  const text = `{"response":[[${ids}],null,{${vk}:{"spec":{"cols":[${cols}],"cache":[1,1,1,1,1,1,1,1]},` +
    `"rows":{${data}}}}],"id":"${ID_PLACE}","objects":[${objects}]}`;
  const found = [...text.matchAll(/@(\d{7})/g)].map((match): [number, number] => [match.index, Number(match[1])]);
  return { bytes: new TextEncoder().encode(text), ids: found, callId: text.indexOf(ID_PLACE) };
}

const latin1 = new TextDecoder("latin1");

function page(callId: string, after: number, chunk: number, total: number): string {
  const last = FIRST_ID + total - 1;
  const rows = Math.max(0, Math.min(chunk, last - after));
  const more = rows === chunk;
  const key = `${rows} ${more}`;
  const template = templates.get(key) ?? renderTemplate(rows, more);
  templates.set(key, template);
  const { bytes, ids } = template;
  let row = -1;
  const digits = new Uint8Array(8);
  for (const [offset, index] of ids) {
    if (index !== row) {
      row = index;
      let id = after + 1 + index;
      for (let i = 7; i >= 0; i--, id = Math.floor(id / 10)) digits[i] = 48 + id % 10;
    }
    bytes.set(digits, offset);
  }
  const text = latin1.decode(bytes);
  return text.slice(0, template.callId) + callId + text.slice(template.callId + ID_PLACE.length);
}

const capability = (path: readonly unknown[]) => ({
  path,
  type: ["Capability"],
  scope: ["_", "t", { id: TABLE_ID }],
  mac: MAC,
});

/** Answers a call, as JSON text. */
function answer(text: string, total: number): string {
  const call = JSON.parse(text);
  const reply = (response: unknown, objects: unknown[] = []) => JSON.stringify({ id: call.id, response, objects });
  switch (call.command) {
    case "anvil.private.tables.v2.get_app_tables":
      return reply({ big: [null, VIEW_KEY, TABLE_ID] }, [capability(["response", "big", 0])]);
    case "anvil.private.tables.v2.table.list_columns":
      return reply(COLUMNS.map(([name, type]) => ({ id: `c_${name}`, name, type, client_hidden: null })));
    case "anvil.private.tables.v2.search.get_length":
      return reply(total);
    case "anvil.private.tables.v2.search.next_page": {
      const [search, cursor] = call.objects[0].narrow;
      const after = cursor === null ? FIRST_ID - 1 : Math.max(FIRST_ID - 1, JSON.parse(cursor)[0]);
      return page(call.id, after, search.chunk, total);
    }
    default:
      return reply(null);
  }
}

if (import.meta.main) {
  const total = Number(Deno.args[0] ?? "100000");
  const latency = Number(Deno.args[1] ?? "0");
  Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(`ws://127.0.0.1:${port}/_/uplink`) },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
      socket.onmessage = ({ data }) => {
        const greeting = data.startsWith('{"key"');
        const text = greeting
          ? '{"auth":"OK","priv":"uplink","app-info":{"id":"","branch":null,"environment":{"description":"Replay"}}}'
          : answer(data, total);
        if (latency === 0) socket.send(text);
        else setTimeout(() => socket.send(text), latency);
      };
      return response;
    },
  );
}
