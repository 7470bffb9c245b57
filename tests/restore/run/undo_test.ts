/** Taking a restore out again, and taking one up again. */
import assert from "node:assert/strict";
import { openIdMap } from "../../../lib/id_map/id_map.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { planUndo } from "../../../lib/restore/run/undo_restore.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { type RestoredApp, restoredApp } from "../../fixtures/running/restored_app.ts";
import type { FaultAction, FaultyCall } from "../../fixtures/faults/faults.ts";
import { GROUP_ROWS, shortGroupsApp } from "../../fixtures/running/short_groups.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";

async function undo(app: RestoredApp, url = app.server.url): Promise<number> {
  using archive = await openArchive(app.path);
  using idMap = await openIdMap(app.mapPath);
  await using run = await planUndo({ ...app.options(archive), url }, idMap);
  return (await run.apply()).deleted;
}

Deno.test("undo deletes what the restore has inserted, and nothing else", async () => {
  const content = smallApp({ people: { columns: { name: "string" }, rows: [["Ann"], ["Bob"]] } });
  const into = smallApp({ people: { columns: { name: "string" }, rows: [["Bob"], ["Eve"]] } });
  await using app = await restoredApp(content, { into });
  await app.apply({ mode: "merge", keys: ["name"] });
  assert.deepEqual(await app.rows("people"), [["Bob"], ["Eve"], ["Ann"]]);
  assert.equal(await undo(app), 1);
  assert.deepEqual(await app.rows("people"), [["Bob"], ["Eve"]]);
  assert.equal(await undo(app), 0, "doing it again changes nothing");
  assert.deepEqual(await app.rows("people"), [["Bob"], ["Eve"]]);
});

/** A quota that is reached in the second group, once. */
function quota({ name, n }: FaultyCall): FaultAction | undefined {
  const error = { type: "anvil.tables.QuotaExceededError", message: "Row quota exceeded" };
  return name === "table.add_rows" && n === 1 + GROUP_ROWS + 2 ? { error } : undefined;
}

Deno.test("undo takes half a restore out", async () => {
  await using app = await shortGroupsApp(8, quota);
  await assert.rejects(app.apply(), { exitCode: 13 });
  assert.equal((await app.rows("a")).length, GROUP_ROWS);
  assert.equal(await undo(app), GROUP_ROWS);
  assert.deepEqual(await app.rows("a"), []);
});

Deno.test("undo refuses another app than the one that was restored into", async () => {
  await using app = await restoredApp(sampleApp());
  await using other = await restoredApp(sampleApp(), { into: sampleApp() });
  await app.apply();
  await assert.rejects(undo(app, other.server.url), {
    code: "undo-mismatch",
    exitCode: 2,
    message: "Cannot undo this restore here: the id map is of a restore into another app, 'OTHERAPP'",
  });
});

Deno.test("a restore is not taken up again with another archive, into another app, or where there is none", async () => {
  await using app = await shortGroupsApp(8, quota);
  await assert.rejects(app.apply({}, true), { code: "no-id-map", exitCode: 2 });
  await assert.rejects(app.apply(), { exitCode: 13 });
  await assert.rejects(app.apply(), {
    code: "unfinished-restore",
    exitCode: 21,
    hint: "In the app now: 'a' 5 of 8 rows. GO ON OR UNDO",
  });
  await using other = await restoredApp(smallApp({ a: { columns: { n: "number" }, rows: [[1n]] } }), {
    into: smallApp({ a: { columns: { n: "number" }, rows: [] } }),
  });
  await assert.rejects(app.apply({ url: other.server.url }, true), { code: "resume-mismatch", exitCode: 2 });
  Deno.copyFileSync(app.mapPath, other.mapPath);
  await assert.rejects(other.apply({}, true), {
    code: "resume-mismatch",
    message: "Cannot go on with this restore: it was begun with another backup",
  });
  assert.equal((await app.apply({}, true)).exitCode, 0);
  await app.assertEqual();
  await assert.rejects(app.apply(), { code: "destination-exists", exitCode: 21 });
});

Deno.test("Ctrl-C commits what is under way, stops, and the restore goes on from there", async () => {
  await using app = await shortGroupsApp(12);
  const stop = new AbortController();
  const report = (event: { readonly type: string }) => event.type === "rows" && stop.abort(new Error("Ctrl-C"));
  await assert.rejects(app.apply({ signal: stop.signal, progress: { report, close: () => {} } }), {
    code: "interrupted",
    exitCode: 130,
  });
  const written = (await app.rows("a")).length;
  assert.ok(written > 0 && written < 12, `${written} rows`);
  assert.equal((await app.apply({}, true)).exitCode, 0);
  await app.assertEqual();
});

Deno.test("two runs do not use one id map at once", async () => {
  await using app = await restoredApp(sampleApp());
  await app.apply();
  using _held = await openIdMap(app.mapPath);
  await assert.rejects(openIdMap(app.mapPath), { code: "locked", exitCode: 21 });
});

Deno.test("a file that is no id map is refused", async () => {
  await using app = await restoredApp(sampleApp());
  await assert.rejects(openIdMap(app.path), { code: "not-an-id-map", exitCode: 20 });
  Deno.writeTextFileSync(app.mapPath, "not a database");
  await assert.rejects(openIdMap(app.mapPath), { code: "not-an-id-map", exitCode: 20 });
});
