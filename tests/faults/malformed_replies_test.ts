/**
 * Replies that a server should never give: whatever it announced and cannot be placed ends the backup with 10, or is said
 * and ends it with 3. Never is a value lost with exit 0.
 */
import assert from "node:assert/strict";
import { join } from "../../lib/deps.ts";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { BackupResult } from "../../lib/backup/run_backup.ts";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { verifyLive } from "../../lib/verify/verify_live.ts";
import { fullApp } from "../fixtures/apps/full_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { changed, type Loose, type LooseReply, SPELLINGS } from "../fixtures/faults/changed_replies.ts";
import type { FaultAction, FaultyCall } from "../fixtures/faults/faults.ts";
import { assertIncomplete, assertKept, backupWith } from "../fixtures/running/faulty_backup.ts";
import { backupOptions, serveApp, type ServedApp } from "../fixtures/running/served_app.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const LISTING = "get_app_tables";
const COLUMNS = "table.list_columns";
const COUNT = "search.get_length";
const PAGE = "search.next_page";

/** How a backup ends: with an error's code, or with 3 and a warning's code. */
interface End {
  readonly exit: 1 | 3 | 10;
  readonly code: string;
}
const REFUSED: End = { exit: 10, code: "protocol" };
const told = (code: string): End => ({ exit: 3, code });
const ODD = told("odd-value");

type Change = (reply: LooseReply) => void;

/** Backs the app up, media left out, with one kind of reply changed. */
async function backUp(app: ServedApp, output: string) {
  const destination = { kind: "file", path: output } as const;
  return await app.backup({ destination, media: false }).catch((error: unknown) => {
    if (error instanceof AnvilSqliteError) return error;
    throw error;
  });
}

function assertEnd(ended: BackupResult | AnvilSqliteError, { exit, code }: End): void {
  assert.equal(ended.exitCode, exit, ended instanceof Error ? ended.stack : JSON.stringify(ended.warnings));
  if (ended instanceof AnvilSqliteError) return assert.equal(ended.code, code, ended.message);
  assert.ok(ended.warnings.some((warning) => warning.code === code), JSON.stringify(ended.warnings));
}

/** Whether a page is one of table `things`. */
const isThings = ({ response }: LooseReply): boolean => THINGS_KEY in (response?.[2] ?? {});
const THINGS_KEY = '{"id":1}';
const partOf = ({ response }: LooseReply): Loose => response[2][THINGS_KEY];
/** The entries of a page that have values of this type. */
const entriesOf = ({ objects }: LooseReply, type: string): Loose[] =>
  objects.filter((entry: Loose) => entry.type[0] === type);
const firstRow = (reply: LooseReply): Loose[] => partOf(reply).rows["1"];

/** A change of the pages of `things`. */
const page = (change: Change): Change => (reply) => void (isThings(reply) && change(reply));
const pathOf = (type: string, change: (path: Loose[]) => void) =>
  page((reply) => change(entriesOf(reply, type)[0].path));
const setPath = (type: string, step: number, value: Loose) => pathOf(type, (path) => void (path[step] = value));
/** Puts the first medium's entry in a cell that is empty and of another kind. */
const inSpare = pathOf("LazyMedia", (path) => void (path[5] = 9));

const LISTINGS: Readonly<Record<string, readonly [Change, End]>> = {
  "a listing that is null": [(reply) => reply.response = null, REFUSED],
  "a listing that is a list": [(reply) => reply.response = [], REFUSED],
  "a table that is null": [({ response }) => response.things = null, REFUSED],
  "a table without its view key": [({ response }) => response.things[1] = null, REFUSED],
  "a table with half an id": [({ response }) => response.things[2] = 1.5, REFUSED],
  "a table with an id beyond all": [({ response }) => response.things[2] = 2 ** 63, REFUSED],
  "a table with its id as text": [({ response }) => response.things[2] = "1", REFUSED],
  "a table under another name": [({ response }) => {
    response.other = response.things;
    delete response.things;
  }, REFUSED],
  "a capability of another table": [({ objects }) => {
    [objects[0].path, objects[1].path] = [objects[1].path, objects[0].path];
  }, REFUSED],
  "a capability at another table's place": [({ objects }) => objects[0].path = objects[1].path, REFUSED],
  "a capability for a table that is not listed": [({ objects }) => objects[0].path[1] = "nowhere", REFUSED],
  "a capability at the wrong place of its table": [({ objects }) => objects[0].path[2] = 1, REFUSED],
  "a capability that is something else": [({ objects }) => objects[0].type = ["Kapability"], REFUSED],
  "a capability without its seal": [({ objects }) => delete objects[0].mac, REFUSED],
  "a listing without objects": [(reply) => delete reply.objects, REFUSED],
  "a listing whose objects are null": [(reply) => reply.objects = null, REFUSED],
  "a capability that is left out": [({ objects }) => objects.splice(0, 1), told("unreadable-table")],
};

const COLUMN_LISTS: Readonly<Record<string, readonly [Change, End]>> = {
  "columns that are null": [(reply) => reply.response = null, REFUSED],
  "columns that are an object": [(reply) => reply.response = {}, REFUSED],
  "columns that are a number": [(reply) => reply.response = 17, REFUSED],
  "a column that is null": [({ response }) => response[0] = null, REFUSED],
  "a column without a name": [({ response }) => delete response[0].name, REFUSED],
  "a column with a number as its name": [({ response }) => response[0].name = 1.5, REFUSED],
  "a column without a type": [({ response }) => delete response[0].type, REFUSED],
  "two columns of one name": [({ response }) => response.push({ ...response[0] }), REFUSED],
  "a column under another name": [({ response }) => response[0].name = "else", { exit: 1, code: "remote-error" }],
  "a column that is left out": [({ response }) => response.splice(0, 1), told("unlisted-column")],
  "dates that are said to be text": [({ response }) => {
    for (const column of response) if (column.name === "day") column.type = "string";
  }, ODD],
  "links that are said to lead nowhere": [({ response }) => {
    for (const column of response) if (column.name === "one") delete column.table_id;
  }, ODD],
};

const COUNTS: Readonly<Record<string, readonly [Change, End]>> = {
  "a count that is null": [(reply) => reply.response = null, REFUSED],
  "a count of 1.5": [(reply) => reply.response = 1.5, REFUSED],
  "a count below 0": [(reply) => reply.response = -1, REFUSED],
  "a count as text": [(reply) => reply.response = "20", REFUSED],
  "a count of 10^30": [(reply) => reply.response = 1e30, REFUSED],
  "a count in a list": [(reply) => reply.response = [20], REFUSED],
};

const PAGES: Readonly<Record<string, readonly [Change, End]>> = {
  "a page that is null": [(reply) => reply.response = null, REFUSED],
  "a page that is an object": [page((reply) => reply.response = { rows: [] }), REFUSED],
  "a page without objects": [page((reply) => delete reply.objects), REFUSED],
  "a page whose objects are an object": [page((reply) => reply.objects = {}), REFUSED],
  "an entry that is null": [page(({ objects }) => objects.push(null)), REFUSED],
  "an entry without a path": [page((reply) => delete entriesOf(reply, "Date")[0].path), REFUSED],
  "no row ids": [page(({ response }) => response[0] = []), REFUSED],
  "a row id too few": [page(({ response }) => response[0].splice(3, 1)), REFUSED],
  "a row id twice": [page(({ response }) => response[0][3] = response[0][2]), REFUSED],
  "half a row id": [page(({ response }) => response[0][3] = 4.5), REFUSED],
  "no parts": [page(({ response }) => response[2] = null), REFUSED],
  "parts in another place": [page(({ response }) => response.splice(1, 0, null)), REFUSED],
  "rows under another view key": [
    page(({ response }) => {
      response[2] = { '{"id":77}': response[2][THINGS_KEY] };
    }),
    REFUSED,
  ],
  "rows left out": [page((reply) => delete partOf(reply).rows), REFUSED],
  "rows as a list": [page((reply) => partOf(reply).rows = []), REFUSED],
  "a row left out": [page((reply) => delete partOf(reply).rows["2"]), REFUSED],
  "a row under another id": [
    page((reply) => {
      const { rows } = partOf(reply);
      rows["77"] = rows["2"];
      delete rows["2"];
    }),
    REFUSED,
  ],
  "a row too many": [page((reply) => partOf(reply).rows["77"] = [...firstRow(reply)]), REFUSED],
  "a row that is null": [page((reply) => partOf(reply).rows["2"] = null), REFUSED],
  "a row that is text": [page((reply) => partOf(reply).rows["2"] = "two"), REFUSED],
  "a cell too few": [page((reply) => firstRow(reply).splice(2, 1)), REFUSED],
  "a last cell too few": [page((reply) => firstRow(reply).pop()), REFUSED],
  "a cell too many": [page((reply) => firstRow(reply).splice(2, 0, "more")), REFUSED],
  "a cell in place of the capability": [page((reply) => firstRow(reply)[10] = "more"), REFUSED],
  "a keyed row with a cell of no column": [
    page((reply) => {
      const { rows } = partOf(reply);
      rows["2"] = { ...rows["2"].slice(0, 10), 10: "more", c: null };
    }),
    REFUSED,
  ],
  "no columns": [page((reply) => delete partOf(reply).spec.cols), REFUSED],
  "a column of a page left out": [page((reply) => partOf(reply).spec.cols.splice(0, 1)), REFUSED],
  "a column of a page under another name": [page((reply) => partOf(reply).spec.cols[1].name = "else"), REFUSED],
  "a column of a page without a name": [page((reply) => delete partOf(reply).spec.cols[1].name), REFUSED],
  "a column of a page twice": [page((reply) => partOf(reply).spec.cols[1].name = "label"), REFUSED],
  "a column that was not listed": [
    page((reply) => {
      partOf(reply).spec.cols.push({ name: "zeal", type: "string" });
      partOf(reply).spec.cache.push(0);
    }),
    told("unlisted-column"),
  ],
  "values of a column that was not listed": [
    page((reply) => {
      const { spec, rows } = partOf(reply);
      spec.cols.push({ name: "zeal", type: "string" });
      spec.cache.push(1);
      for (const row of Object.values<Loose[]>(rows)) row.splice(10, 0, "value");
    }),
    told("unlisted-column"),
  ],
  "a mark too few": [page((reply) => partOf(reply).spec.cache.pop()), REFUSED],
  "a mark that says a column is not there": [page((reply) => partOf(reply).spec.cache[2] = 0), REFUSED],
  "a mark that is odd": [page((reply) => partOf(reply).spec.cache[2] = true), REFUSED],
  "a date in a row that is not there": [setPath("Date", 4, "77"), REFUSED],
  "a date in a row of a number": [setPath("Date", 4, 1), REFUSED],
  "a date beyond the columns": [setPath("Date", 5, 11), REFUSED],
  "a date in the place of the capability": [setPath("Date", 5, 10), REFUSED],
  "a date before the columns": [setPath("Date", 5, -1), REFUSED],
  "a date where another value is": [setPath("Date", 5, 2), REFUSED],
  "a date where another date is": [setPath("Date", 4, "2"), REFUSED],
  "a date under another view key": [setPath("Date", 2, '{"id":77}'), REFUSED],
  "a date in another part": [setPath("Date", 1, 3), REFUSED],
  "a date beside the rows": [setPath("Date", 3, "rose"), REFUSED],
  "a date outside the response": [setPath("Date", 0, "answer"), REFUSED],
  "a date with a short path": [pathOf("Date", (path) => path.pop()), REFUSED],
  "a date within a cell": [pathOf("Date", (path) => path.push("deep")), REFUSED],
  "a date with an empty path": [pathOf("Date", (path) => path.splice(0)), REFUSED],
  "a moment in a row that is not there": [setPath("DateTime", 4, "77"), REFUSED],
  "a medium in a row that is not there": [setPath("LazyMedia", 4, "77"), REFUSED],
  "a capability that leads nowhere": [
    page(({ objects }) => {
      objects.push({ type: ["Capability"], scope: ["_", "t", { id: 1 }], mac: "0".repeat(64), path: ["response", 3] });
    }),
    REFUSED,
  ],
  "a date of another type": [page((reply) => entriesOf(reply, "Date")[0].type = ["Datum"]), ODD],
  "a date without a type": [page((reply) => entriesOf(reply, "Date")[0].type = []), ODD],
  "a date without its value": [page((reply) => delete entriesOf(reply, "Date")[0].value), ODD],
  "a date in place of its entry": [
    page((reply) => {
      const entry = entriesOf(reply, "Date")[0];
      firstRow(reply)[0] = { type: ["Date"], value: "2024-02-01" };
      reply.objects.splice(reply.objects.indexOf(entry), 1);
    }),
    ODD,
  ],
  "a moment that is none": [page((reply) => entriesOf(reply, "DateTime")[0].value = "yesterday"), ODD],
  "a medium without its key": [page((reply) => delete entriesOf(reply, "LazyMedia")[0].key), ODD],
  "a medium without its name": [page((reply) => delete entriesOf(reply, "LazyMedia")[0].name), ODD],
  "a medium without its type": [page((reply) => delete entriesOf(reply, "LazyMedia")[0]["mime-type"]), ODD],
  "a medium in a column of objects": [inSpare, ODD],
  "text in place of a number": [page((reply) => firstRow(reply)[5] = "5"), ODD],
  "a full page that is said to be the last": [(reply) => {
    if (!isThings(reply)) reply.objects = reply.objects.filter(({ path }: Loose) => path.length !== 2);
  }, REFUSED],
  "the next page's capability in another place": [(reply) => {
    for (const entry of reply.objects) if (entry.path.length === 2) entry.path[1] = 2;
  }, REFUSED],
  "the next page's capability twice": [(reply) => {
    reply.objects.push(...reply.objects.filter(({ path }: Loose) => path.length === 2));
  }, REFUSED],
  "the next page's capability in its place itself": [(reply) => {
    if (!isThings(reply)) reply.response[1] = { scope: [], mac: "" };
  }, REFUSED],
};

Deno.test("whatever a listing, a count or a page announces and cannot be placed is refused or told, never None", async (t) => {
  let fault: (call: FaultyCall) => FaultAction | undefined = () => undefined;
  await using app = await serveApp(fullApp(), { faults: { onCall: (call) => fault(call) } });
  let n = 0;
  const attempt = async (
    command: string,
    reply: (text: string) => string,
  ): Promise<BackupResult | AnvilSqliteError> => {
    fault = ({ name }) => name === command ? { reply } : undefined;
    // A folder for each: what is left behind in one is looked at by the next run there.
    const folder = app.dir.file(`copy${n++}`);
    Deno.mkdirSync(folder);
    return await backUp(app, join(folder, "app.sqlite"));
  };
  const groups = [[LISTING, LISTINGS], [COLUMNS, COLUMN_LISTS], [COUNT, COUNTS], [PAGE, PAGES]] as const;
  assert.ok(groups.reduce((sum, [, cases]) => sum + Object.keys(cases).length, 0) > 90);
  // Each case in one spelling of pages, and the next one in the next; more of them when more is asked for.
  const spelled = (at: number) =>
    SPELLINGS.filter((_, i) => (i + SPELLINGS.length - at % SPELLINGS.length) % SPELLINGS.length < timesAsked(1));
  for (const [command, cases] of groups) {
    for (const [at, [name, [change, end]]] of Object.entries(cases).entries()) {
      await t.step(name, async () => {
        for (const spelling of command === PAGE ? spelled(at) : ["text"] as const) {
          const firstColumns = command === COLUMNS ? onlyThings(change) : change;
          assertEnd(await attempt(command, (text) => changed(text, firstColumns, spelling)), end);
        }
      });
    }
  }
  fault = () => undefined;
  assert.equal((await backUp(app, app.dir.file("honest.sqlite"))).exitCode, 0);
  await t.step("no key of a medium got into a file", () => {
    for (const folder of app.dir.names().filter((name) => name.startsWith("copy"))) {
      for (const { name } of Deno.readDirSync(app.dir.file(folder))) {
        const text = new TextDecoder("latin1").decode(Deno.readFileSync(join(app.dir.file(folder), name)));
        assert.doesNotMatch(text, /"key":"[0-9a-f]{32}"/, `${folder}/${name}`);
      }
    }
  });
});

/** The change for the columns of `things` alone. */
function onlyThings(change: Change): Change {
  return (reply) => void (reply.response.length > 1 && change(reply));
}

const media = (act: FaultAction) => ({
  onCall: ({ name, n }: FaultyCall) => name === "fetch_lazy_media" && n === 1 ? act : undefined,
});
const everyMedium = (change: Change) => ({
  onCall: ({ name }: FaultyCall) =>
    name === "fetch_lazy_media" ? { reply: (text: string) => changed(text, change) } : undefined,
});

Deno.test("a chunk of a medium that is lost is missed: fetched again, complete", () =>
  backupWith(media({ media: { lose: 1 } }), async ({ result, error, app }) => {
    assert.equal(result?.exitCode, 0, String(error));
    using original = await openArchive(app.path);
    assert.equal(result.digest, original.catalogue.provenance.get("digest"));
  }, { content: fullApp() }));

const MEDIA_REPLIES: Readonly<Record<string, Change>> = {
  "no medium": (reply) => reply.objects = [],
  "two media": ({ objects }) => objects.unshift({ ...objects[0], id: "other" }),
  "a medium in another place": ({ objects }) => objects[0].path.push(0),
};

for (const [what, change] of Object.entries(MEDIA_REPLIES)) {
  Deno.test(`a reply with ${what} in place of a medium: exit 3, none is called stored`, () =>
    backupWith(everyMedium(change), async (outcome) => {
      await assertIncomplete(outcome, "media-failed");
      assert.equal(outcome.result?.media, 0);
    }, { content: smallMedia() }));
}

/** One small medium: every try of each counts. */
function smallMedia() {
  const app = smallApp({ files: { columns: { file: "media" }, rows: [[1n]] } });
  return { ...app, media: [{ contentType: "text/plain", name: "a.txt", bytes: new Uint8Array([1, 2, 3]) }] };
}

Deno.test("a listing that turns odd while a backup runs does not end it: it is asked for to keep the snapshot alive", () =>
  backupWith({
    onCall: ({ name, n }) =>
      name === LISTING && n > 1
        ? { reply: (text) => changed(text, (reply) => reply.response = null) }
        : name === PAGE
        ? { delayMs: 4_000 }
        : undefined,
  }, ({ result, error }) => {
    assert.equal(result?.exitCode, 0, String(error));
    assert.equal(result.snapshot, "consistent");
  }));

Deno.test("malformed JSON of a listing: exit 10, no file", () =>
  backupWith({
    onCall: ({ name }) => name === LISTING ? { reply: (text) => text.slice(0, -3) } : undefined,
  }, (outcome) => {
    assert.equal(outcome.exitCode, 10);
    assert.deepEqual(outcome.files, []);
  }));

Deno.test("a page that turns odd leaves a partial that continues", () =>
  backupWith({
    onCall: ({ name, n }) =>
      name === PAGE && n === 2 ? { reply: (text) => changed(text, (reply) => reply.response = null) } : undefined,
  }, (outcome) => assertKept(outcome, 10, "protocol")));

Deno.test("a date whose whole entry is left out is None, as it is in an honest reply: `verify --live` names its row", () =>
  backupWith({
    onCall: ({ name, n }) =>
      name === PAGE && n <= 2
        ? { reply: (text) => changed(text, page((reply) => reply.objects.splice(reply.objects.findIndex(isDate), 1))) }
        : undefined,
  }, async ({ result, app }) => {
    assert.equal(result?.exitCode, 0);
    using file = await openArchive(result.path);
    const { findings } = await verifyLive(file, backupOptions(app.server.url, "", () => {}), {
      media: false,
      digestsChecked: true,
    });
    assert.equal(findings[0]?.message, `Row [1,1] "thing 0" of table 'things' changed: day: empty → 2024-02-01`);
  }, { content: fullApp(), backup: { media: false } }));

const isDate = ({ type }: Loose): boolean => type[0] === "Date";
