/** Faults of the server: what it refuses, what it gets wrong, what it makes up, and an app that changes meanwhile. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { FaultAction, Faults, FaultyCall } from "../fixtures/faults/faults.ts";
import { endlessPages } from "../fixtures/faults/endless_pages.ts";
import { runBackup } from "../../lib/backup/run_backup.ts";
import { faultApp, READINGS } from "../fixtures/apps/fault_app.ts";
import {
  assertComplete,
  assertIncomplete,
  assertKept,
  backupWith,
  type Outcome,
  READ_KEY,
  retries,
} from "../fixtures/running/faulty_backup.ts";
import { backupOptions } from "../fixtures/running/served_app.ts";

const PAGE = "search.next_page";
const INTERNAL = { type: "anvil.server.InternalError", message: "Internal server error: 0123456789ab" };

const on = (name: string, act: (n: number, call: FaultyCall) => FaultAction | undefined): Faults => ({
  onCall: (call) => call.name === name ? act(call.n, call) : undefined,
});
const once = (name: string, n: number, action: FaultAction) => on(name, (seen) => seen === n ? action : undefined);
const fails = (type: string, message: string): FaultAction => ({ error: { type, message } });

Deno.test("transaction expired: a new one goes on, the file says resumed and why", () =>
  backupWith(once(PAGE, 2, fails("anvil.tables.TransactionError", "This transaction has expired")), async (outcome) => {
    await assertComplete(outcome, "resumed");
    using file = await openArchive(outcome.result?.path ?? "");
    assert.match(String(file.catalogue.provenance.get("snapshot_reason")), /This transaction has expired/);
  }));

Deno.test("conflict: the transaction is opened anew", () =>
  backupWith(
    once(PAGE, 2, fails("anvil.tables.TransactionConflict", "Another transaction has changed this data; aborting")),
    (outcome) => assertComplete(outcome, "resumed"),
  ));

Deno.test("`Payload too large`: smaller pages, down to single rows, in the same snapshot", () =>
  backupWith(
    on(PAGE, (n) => n < 12 ? fails("anvil.server.InternalError", "Payload too large (33801041)") : undefined),
    async (outcome) => {
      await assertComplete(outcome, "consistent");
      assert.deepEqual(retries(outcome), []);
    },
  ));

Deno.test("malformed JSON: exit 10, partial kept", () =>
  backupWith(once(PAGE, 2, { reply: (text) => text.slice(0, -9) }), (outcome) => assertKept(outcome, 10, "protocol")));

/** Replies to a page that no server should give. */
const WRONG_SHAPES: Readonly<Record<string, (text: string) => string>> = {
  "no list": (text) => withResponse(text, () => ({ rows: [] })),
  "null": (text) => withResponse(text, () => null),
  "row ids as text": (text) => withResponse(text, ([ids, ...rest]) => [ids.map((id) => `id ${id}`), ...rest]),
  "negative row ids": (text) => withResponse(text, ([ids, ...rest]) => [ids.map((id) => -Number(id)), ...rest]),
  "no rows": (text) => withResponse(text, ([ids, next]) => [ids, next, null]),
  "no columns": (text) => text.replaceAll('"cols"', '"kols"'),
  "rows without cells": (text) => text.replaceAll('"rows"', '"rose"'),
  "objects that are none": (text) => text.replace('"objects":[', '"objects":[17,'),
};

type PageResponse = [ids: (number | string)[], ...rest: unknown[]];

function withResponse(text: string, change: (response: PageResponse) => unknown): string {
  const frame = JSON.parse(text);
  return JSON.stringify({ ...frame, response: change(frame.response) });
}

for (const [shape, reply] of Object.entries(WRONG_SHAPES)) {
  Deno.test(`wrong shapes (${shape}): exit 10, partial kept`, () =>
    backupWith(once(PAGE, 2, { reply }), (outcome) => assertKept(outcome, 10, "protocol")));
}

/** Pages of the table with the most rows, the first of which is `first`. */
const isLongPage = (text: string) => text.length > 50_000;

Deno.test("a page that repeats: exit 10, nothing stands twice in the partial", () => {
  let first: string | null = null;
  const repeat = (text: string): string => {
    if (!isLongPage(text)) return text;
    if (first === null) return first = text;
    return JSON.stringify({ ...JSON.parse(first), id: JSON.parse(text).id });
  };
  return backupWith(on(PAGE, () => ({ reply: repeat })), (outcome) => {
    assertKept(outcome, 10, "protocol");
    assert.match(outcome.error?.message ?? "", /a page came twice or out of order/);
  });
});

Deno.test("a table that never ends: exit 10 once it has far more rows than were counted", () => {
  const reply = endlessPages(10_000);
  return backupWith(on(PAGE, () => ({ reply })), (outcome) => {
    assertKept(outcome, 10, "protocol");
    assert.match(outcome.error?.message ?? "", /no end of them/);
  }, { backup: { selection: { only: ["readings"], exclude: [] } } });
});

for (const [what, count] of [["too low", 5], ["too high", 9_999]] as const) {
  Deno.test(`counts that lie (${what}): every row is copied, exit 3 and a warning in the file`, () =>
    backupWith(
      on("search.get_length", () => ({ reply: (text) => text.replace(String(READINGS), String(count)) })),
      async (outcome) => {
        await assertIncomplete(outcome, "count-differs");
        assert.equal(outcome.result?.totalRows, READINGS + 14);
      },
    ));
}

for (const name of ["open_transaction", "get_app_tables", "table.list_columns", "search.get_length", PAGE]) {
  Deno.test(`internal error with a code at ${name}: asked again with growing waits, complete`, () =>
    backupWith(on(name, (n) => n < 3 ? { error: INTERNAL } : undefined), async (outcome) => {
      await assertComplete(outcome, "consistent");
      assert.equal(retries(outcome).length, 2);
    }));
}

Deno.test("internal error with a code at every page: exit 1 after four tries, partial kept", () =>
  backupWith(on(PAGE, () => ({ error: INTERNAL })), (outcome) => {
    assertKept(outcome, 1, "server-busy");
    assert.equal(retries(outcome).filter((what) => what === "reading table 'files'").length, 3);
  }));

const MAINTENANCE = "This app is down for maintenance. Please try again later.";

Deno.test("maintenance at the beginning: exit 13, no file", () =>
  backupWith({ onConnection: () => ({ kind: "refuse", text: MAINTENANCE }) }, (outcome) => {
    assert.equal(outcome.exitCode, 13);
    assert.deepEqual([outcome.error?.code, outcome.files, retries(outcome)], ["maintenance", [], []]);
  }));

Deno.test("maintenance in the middle: waited for, complete", () =>
  backupWith({
    ...once(PAGE, 2, { drop: "before" }),
    onConnection: (n) => n > 1 && n < 5 ? { kind: "refuse", text: MAINTENANCE } : undefined,
  }, (outcome) => assertComplete(outcome, "resumed")));

Deno.test("maintenance that does not end: exit 13 after eighteen tries, partial kept", () =>
  backupWith({
    ...once(PAGE, 2, { drop: "before" }),
    onConnection: (n) => n > 1 ? { kind: "refuse", text: MAINTENANCE } : undefined,
  }, (outcome) => assertKept(outcome, 13, "maintenance")));

Deno.test("quota: exit 13, partial kept", () =>
  backupWith(
    once(PAGE, 2, fails("anvil.tables.QuotaExceededError", "Your account has used all of its database rows")),
    (outcome) => assertKept(outcome, 13, "quota"),
  ));

Deno.test("rate limit: waited for, complete", () =>
  backupWith(
    once(PAGE, 2, fails("RateLimitExceeded", "Too many calls")),
    (outcome) => assertComplete(outcome, "consistent"),
  ));

/** Changes of the app while its first long page is read. */
const whileReading = (edit: NonNullable<FaultAction["edit"]>, at = 2): Faults => once(PAGE, at, { edit });

const deleteRows: NonNullable<FaultAction["edit"]> = (engine) => engine.exec("DELETE FROM readings WHERE rowid > 2000");
const deleteTable: NonNullable<FaultAction["edit"]> = (engine) =>
  engine.exec(`
    DELETE FROM _anvil_columns WHERE table_name = 'readings';
    DELETE FROM _anvil_tables WHERE python_name = 'readings';
  `);
const addColumn: NonNullable<FaultAction["edit"]> = (engine) =>
  engine.exec(`
    ALTER TABLE readings ADD COLUMN added TEXT;
    INSERT INTO _anvil_columns SELECT _anvil_table_id, 'added', table_name, 'added', 'string', 'string', NULL, NULL, 0,
      '{}', 'added', NULL, 99 FROM _anvil_columns WHERE table_name = 'readings' AND position = 0;
  `);
const removeColumn: NonNullable<FaultAction["edit"]> = (engine) =>
  engine.exec("DELETE FROM _anvil_columns WHERE table_name = 'readings' AND name = 'label'");

const WRITABLE = { serve: { writable: true } };
const WITHOUT_SNAPSHOT = { ...WRITABLE, backup: { key: READ_KEY, media: false } };

const CHANGES = { "row deleted": deleteRows, "table deleted": deleteTable, "column added": addColumn } as const;

for (const [what, edit] of Object.entries(CHANGES)) {
  Deno.test(`${what} while running: the snapshot does not see it`, () =>
    backupWith(whileReading(edit), (outcome) => assertComplete(outcome, "consistent"), WRITABLE));
}

Deno.test("rows deleted while running without a snapshot: exit 3, counts differ", () =>
  backupWith(whileReading(deleteRows, 3), (outcome) => assertIncomplete(outcome, "count-differs"), WITHOUT_SNAPSHOT));

Deno.test("table deleted while running without a snapshot: exit 3, its rows so far are kept and digested", () =>
  backupWith(whileReading(deleteTable, 4), async (outcome) => {
    await assertIncomplete(outcome, "table-gone");
    using file = await openArchive(outcome.result?.path ?? "");
    const gone = file.catalogue.tables.find(({ plan }) => plan.table.name === "readings");
    assert.ok(gone?.digest);
    assert.ok((gone?.rowsCopied ?? 0) > 0);
  }, WITHOUT_SNAPSHOT));

Deno.test("column added while running without a snapshot: exit 3, its values are not in the file", () =>
  backupWith(whileReading(addColumn), async (outcome) => {
    await assertIncomplete(outcome, "unlisted-column");
    assert.equal(outcome.result?.snapshot, "per-table");
  }, WITHOUT_SNAPSHOT));

/** A change, and the loss of the connection that reveals it. */
const changeAndDrop = (edit: NonNullable<FaultAction["edit"]>): Faults =>
  on(PAGE, (n) => n === 3 ? { edit } : n === 4 ? { delayMs: 500, drop: "after" } : undefined);

Deno.test("column added, then the connection dropped: goes on with the columns as planned, exit 3 for the new one", () =>
  backupWith(changeAndDrop(addColumn), async (outcome) => {
    await assertIncomplete(outcome, "unlisted-column");
    assert.equal(outcome.result?.snapshot, "resumed");
  }, WRITABLE));

Deno.test("column removed, then the connection dropped: exit 1, since the rows would not fit together", () =>
  backupWith(changeAndDrop(removeColumn), (outcome) => {
    assert.deepEqual([outcome.exitCode, outcome.error?.code], [1, "schema-changed"]);
    assert.deepEqual(outcome.files, ["copy.sqlite.partial"]);
  }, WRITABLE));

Deno.test("table deleted, then the connection dropped: exit 3, its rows so far are kept", () =>
  backupWith(changeAndDrop(deleteTable), (outcome) => assertIncomplete(outcome, "table-gone"), WRITABLE));

/** A partial file, left by a lost page, continued after `change`. */
async function resumeAfter(change: (outcome: Outcome) => Promise<void>, judge: (error: unknown) => void) {
  await backupWith(once(PAGE, 3, { reply: () => "not JSON" }), async (outcome) => {
    const partial = outcome.app.dir.file("copy.sqlite.partial");
    await change(outcome);
    const options = {
      ...backupOptions(outcome.app.server.url, "", () => {}),
      destination: { kind: "partial", path: partial },
    } as const;
    await runBackup(options).then(() => judge(null), judge);
  }, WRITABLE);
}

Deno.test("resume refuses when the app's schema has changed since: exit 2, partial untouched", () =>
  resumeAfter(({ app }) => app.server.edit(addColumn), (error) => {
    assert.match(String(error), /Cannot continue this backup: the app's tables or columns have changed since/);
  }));

Deno.test("resume goes on when only rows have changed, and says resumed", () =>
  resumeAfter(({ app }) => app.server.edit(deleteRows), (error) => assert.equal(error, null)));

Deno.test("the fault app alone is backed up in one snapshot without a retry", () =>
  backupWith({}, async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.deepEqual(retries(outcome), []);
    assert.equal(outcome.result?.totalRows, [...faultApp().rows.values()].flat().length);
  }));
