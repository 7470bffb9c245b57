/** Honest replies of which one thing was dropped, moved or renamed: never does a backup end with 0 and lack a value. */
import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { schemaFromLive } from "../../lib/schema/from_live.ts";
import { isMediaHandle, OddValue } from "../../lib/tables/cell_codec.ts";
import { describeTable, listTables } from "../../lib/tables/listing.ts";
import { checkPage } from "../../lib/tables/read/check_page.ts";
import { readPage } from "../../lib/tables/read/page.ts";
import { type Page, type PageRow, tableReader } from "../../lib/tables/read/table_reader.ts";
import { freshStack } from "../../lib/tables/transaction.ts";
import { connect } from "../../lib/uplink/connection.ts";
import { fc } from "../deps.ts";
import { FlowingClock } from "../fixtures/clocks/flowing_clock.ts";
import { fullApp, THINGS } from "../fixtures/apps/full_app.ts";
import { changed, type Loose, type LooseReply, SPELLINGS } from "../fixtures/faults/changed_replies.ts";
import type { FaultAction, FaultyCall } from "../fixtures/faults/faults.ts";
import { serveApp, TEST_KEY } from "../fixtures/running/served_app.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const PAGE = "search.next_page";
const REPLIES = ["get_app_tables", "table.list_columns", "search.get_length", PAGE, PAGE, PAGE] as const;

/** A place in a reply, as keys from its root. */
type Place = readonly (string | number)[];

/**
 * The places that the protocol gives a meaning to. What a cell holds is the app's own: that a value of it is another one
 * no reader can know.
 */
function places({ response, objects }: LooseReply): readonly Place[] {
  const found: Place[] = [];
  const walk = (value: Loose, place: Place): void => {
    if (place.length > 0) found.push(place);
    if (typeof value !== "object" || value === null || isCell(place)) return;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) walk(value[key], [...place, key]);
  };
  walk({ response, objects }, []);
  return found;
}

function isCell(place: Place): boolean {
  return place[0] === "response" && place[3] === "rows" && place.length >= 6;
}

/**
 * Whether a place may be dropped. A date or medium whose whole entry is gone leaves the very reply of a row that has None
 * there, and of two cells of one row that change places each is still a value.
 */
function isTold(reply: LooseReply, place: Place): boolean {
  const [root, index] = place;
  return root !== "objects" || place.length > 2 || reply.objects[index ?? 0]?.type?.[0] === "Capability";
}

function containerOf(reply: Loose, place: Place): Loose {
  return place.slice(0, -1).reduce((value, key) => value?.[key], reply);
}

/** One change of one thing. */
type Mutation =
  | { readonly kind: "drop" }
  | { readonly kind: "rename"; readonly to: string }
  | { readonly kind: "move"; readonly to: number };

/** @param least keys that the path of a changed place has; with 2 there is always a response */
function mutate(reply: LooseReply, where: number, mutation: Mutation, least: number): void {
  const all = places(reply).filter((place) => place.length >= least && isTold(reply, place));
  const place = all[where % all.length];
  if (place === undefined) return;
  const container = containerOf(reply, place);
  const key = place.at(-1) ?? "";
  const value = container[key];
  const drop = () => Array.isArray(container) ? container.splice(Number(key), 1) : delete container[key];
  switch (mutation.kind) {
    case "drop":
      return void drop();
    case "rename":
      // A step of a path, or a member's name. Another value of a cell would be a value.
      if (isCell(place)) drop();
      else if (Array.isArray(container)) container[Number(key)] = mutation.to;
      else {
        delete container[key];
        container[mutation.to] = value;
      }
      return;
    case "move": {
      // To the end of a list, or of the reply's response.
      drop();
      if (Array.isArray(container)) container.splice(Math.min(mutation.to, container.length), 0, value);
      else if (typeof reply.response === "object" && reply.response !== null) reply.response[`moved${key}`] = value;
    }
  }
}

const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constant<Mutation>({ kind: "drop" }),
  fc.constantFrom("else", "", "77", "__proto__").map((to): Mutation => ({ kind: "rename", to })),
  fc.nat({ max: 3 }).map((to): Mutation => ({ kind: "move", to })),
);

/** What one change of one reply is: which of them, where in it, what, and how it is spelled. */
const changes = fc.record({
  command: fc.constantFrom(...REPLIES),
  skipped: fc.nat({ max: 2 }),
  where: fc.nat(),
  mutation: mutations,
  spelling: fc.constantFrom(...SPELLINGS),
});

/** Does the change to the reply that it is for, once. */
function faultOf({ command, skipped, where, mutation, spelling }: Change, least = 1) {
  let left = skipped;
  return ({ name }: FaultyCall): FaultAction | undefined => {
    if (name !== command || left-- !== 0) return undefined;
    return { reply: (text) => changed(text, (reply) => mutate(reply, where, mutation, least), spelling) };
  };
}

type Change = typeof changes extends fc.Arbitrary<infer T> ? T : never;

Deno.test("an honest reply with one thing dropped, moved or renamed: never exit 0 with a value lost", async () => {
  let fault: (call: FaultyCall) => FaultAction | undefined = () => undefined;
  // A reply without its response is ignored, and its call given up after two minutes.
  await using clock = new FlowingClock();
  await using app = await serveApp(fullApp(), { clock, faults: { onCall: (call) => fault(call) } });
  const backUp = (n: number) =>
    app.backup({ destination: { kind: "file", path: app.dir.file(`copy${n}.sqlite`) }, media: false, clock });
  const honest = await backUp(0);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(changes, async (change) => {
      fault = faultOf(change);
      const ended = await backUp(++runs).catch((error: unknown) => {
        if (error instanceof AnvilSqliteError) return error;
        throw error;
      });
      for (const name of app.dir.names()) if (name.startsWith(`copy${runs}.`)) Deno.removeSync(app.dir.file(name));
      if (ended.exitCode !== 0) return;
      assert.ok(!(ended instanceof AnvilSqliteError));
      assert.deepEqual([ended.digest, ended.totalRows], [honest.digest, honest.totalRows]);
    }),
    { numRuns: timesAsked(6) },
  );
});

Deno.test("an honest page with one thing dropped, moved or renamed is refused, or says what it lacks, or is as it was", async () => {
  let fault: (call: FaultyCall) => FaultAction | undefined = () => undefined;
  await using app = await serveApp(fullApp(), { faults: { onCall: (call) => fault(call) } });
  await using connection = await connect({ url: app.server.url, key: TEST_KEY });
  const stack = freshStack("read");
  const table = (await listTables(connection, stack)).find(({ name }) => name === "things");
  assert.ok(table !== undefined);
  const { schema } = schemaFromLive([await describeTable(connection, stack, table)]);
  const reader = tableReader(table, schema.tables[0]?.columns ?? []);
  const read = async () => {
    const page = await readPage(connection, stack, reader, { after: null, rows: 100 });
    checkPage({ name: table.name, counted: THINGS, copied: 0 }, null, page, 100);
    return page;
  };
  const shown = ({ rows, more, unread }: Page) => ({ rows: rows.map(withoutKeys), more, unread });
  const honest = await read();
  let refused = 0;
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(changes, async (change) => {
      runs++;
      fault = faultOf({ ...change, command: PAGE, skipped: 0 }, 2);
      const page = await read().catch((error: unknown) => {
        assert.ok(error instanceof AnvilSqliteError && error.code === "protocol", String(error));
        return null;
      });
      if (page === null) return void refused++;
      const isTold = page.unread.length > 0 ||
        page.rows.some(({ cells }) => cells.some((cell) => cell instanceof OddValue));
      if (!isTold) assert.deepEqual(shown(page), shown(honest));
    }),
    { numRuns: timesAsked(200) },
  );
  assert.ok(refused > runs / 4, `${refused} of ${runs} were refused`);
});

/** A row as it is on any connection. */
function withoutKeys({ id, cells }: PageRow) {
  return { id, cells: cells.map((cell) => isMediaHandle(cell) ? { ...cell, key: "" } : cell) };
}
