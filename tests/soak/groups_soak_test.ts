/**
 * Restores that end within their second group of writes, at full size: a group holds 20,000 rows. A part of a soak runs some
 * of them, each time others; `tests/restore/write` has all of them with short groups.
 */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { openIdMap } from "../../lib/id_map/id_map.ts";
import { planUndo } from "../../lib/restore/run/undo_restore.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { type RestoredApp, restoredApp } from "../fixtures/running/restored_app.ts";
import { soakChoice } from "../fixtures/running/soak_share.ts";

const GROUP_ROWS = 20_000;
const CHOSEN = soakChoice(4);

/** An app of so many rows, whose quota is reached by one call, once. */
function appWithQuota(count: number, call = Infinity): Promise<RestoredApp> {
  const error = { type: "anvil.tables.QuotaExceededError", message: "Row quota exceeded" };
  const rows = Array.from({ length: count }, (_, i) => [BigInt(i)]);
  return restoredApp(smallApp({ a: { columns: { n: "number" }, rows } }), {
    faults: { onCall: ({ name, n }) => name === "table.add_rows" && n === call ? { error } : undefined },
  });
}

async function undo(app: RestoredApp): Promise<number> {
  using archive = await openArchive(app.path);
  using idMap = await openIdMap(app.mapPath);
  await using run = await planUndo(app.options(archive), idMap);
  return (await run.apply()).deleted;
}

Deno.test(
  "a quota that is reached in the middle ends with 13, says exactly what is in the app, and the restore goes on",
  { ignore: !CHOSEN.has(0) },
  async () => {
    await using app = await appWithQuota(45_000, 1 + 30);
    await assert.rejects(app.apply(), (failure) => {
      assert.ok(failure instanceof AnvilSqliteError);
      assert.deepEqual([failure.exitCode, failure.code], [13, "quota"]);
      assert.match(failure.message, /Row quota exceeded, while inserting rows \[1,\d+\] to \[1,\d+\] of table 'a'$/);
      assert.equal(failure.hint, "In the app now: 'a' 20000 of 45,000 rows. GO ON OR UNDO");
      return true;
    });
    assert.equal((await app.rows("a")).length, GROUP_ROWS);
    assert.equal((await app.apply({}, true)).exitCode, 0);
    await app.assertEqual();
  },
);

Deno.test("undo takes half a restore out", { ignore: !CHOSEN.has(1) }, async () => {
  await using app = await appWithQuota(25_000, 24);
  await assert.rejects(app.apply(), { exitCode: 13 });
  assert.equal((await app.rows("a")).length, GROUP_ROWS);
  assert.equal(await undo(app), GROUP_ROWS);
  assert.deepEqual(await app.rows("a"), []);
});

Deno.test(
  "an unfinished restore says how many rows are in the app, and is taken up again",
  { ignore: !CHOSEN.has(2) },
  async () => {
    await using app = await appWithQuota(25_000, 24);
    await assert.rejects(app.apply(), { exitCode: 13 });
    await assert.rejects(app.apply(), {
      code: "unfinished-restore",
      exitCode: 21,
      hint: "In the app now: 'a' 20000 of 25,000 rows. GO ON OR UNDO",
    });
    assert.equal((await app.apply({}, true)).exitCode, 0);
    await app.assertEqual();
  },
);

Deno.test("Ctrl-C commits what is under way before the group is full, and the restore goes on from there", {
  ignore: !CHOSEN.has(3),
}, async () => {
  await using app = await appWithQuota(30_000);
  const stop = new AbortController();
  const report = (event: { readonly type: string }) => event.type === "rows" && stop.abort(new Error("Ctrl-C"));
  await assert.rejects(app.apply({ signal: stop.signal, progress: { report, close: () => {} } }), {
    code: "interrupted",
    exitCode: 130,
  });
  const written = (await app.rows("a")).length;
  assert.ok(written > 0 && written < GROUP_ROWS, `${written} rows`);
  assert.equal((await app.apply({}, true)).exitCode, 0);
  await app.assertEqual();
});
