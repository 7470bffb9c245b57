/** A check shared by two threads gives what one gives, and does without the second when it cannot be had. */
import assert from "node:assert/strict";
import { buildArchive } from "../../../lib/archive/making/build_archive.ts";
import { openEngine } from "../../../lib/sqlite/engine.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { tableDigest } from "../../../lib/archive/digest/table_digest.ts";
import { CheckHelper } from "../../../lib/verify/parallel/check_helper.ts";
import { type CheckResult, type CheckTask, rowTasks, runCheck } from "../../../lib/verify/parallel/check_task.ts";
import { runChecks, type TaskHelper } from "../../../lib/verify/parallel/run_checks.ts";
import { verifyFile } from "../../../lib/verify/verify_file.ts";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { bigApp } from "../../fixtures/apps/big_app.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

const MAIN = import.meta.resolve("../../../main.ts");
const TASK: CheckTask = { kind: "integrity" };
const RESULT: CheckResult = { kind: "integrity", problems: [] };

Deno.test("a large table is checked in parts, in two threads, and damage is found whichever of them reads it", async (t) => {
  using dir = tempDir();
  const path = dir.file("big.sqlite");
  await buildArchive(path, bigApp({ rows: 170_000, links: 0, media: 0 }));

  await t.step("the parts have the digest of the whole, and the other thread gives what this one gives", async () => {
    using archive = await openArchive(path);
    const { engine, catalogue } = archive;
    const [facts] = catalogue.tables;
    assert.ok(facts !== undefined);
    const tasks = rowTasks(engine, facts, 170_000);
    assert.equal(tasks.length, 6);
    const results = tasks.map((task) => runCheck(engine, catalogue, task));
    const blocks = results.flatMap((result) => result.kind === "rows" ? result.blocks : []);
    assert.equal(tableDigest(facts.plan, blocks), facts.digest);
    using helper = new CheckHelper(MAIN, path);
    const there = [];
    for (const task of [TASK, ...tasks]) there.push(await helper.run(task));
    assert.deepEqual(there, [runCheck(engine, catalogue, TASK), ...results]);
  });

  const check = async () => {
    using archive = await openArchive(path);
    const options = { quick: false, onStep: () => {}, helperModule: MAIN };
    return (await Array.fromAsync(verifyFile(archive.engine, archive.catalogue, options))).map(({ message }) =>
      message
    );
  };
  await t.step("a sound file is good", async () => assert.deepEqual(await check(), []));

  for (const row of [1_000, 1_000 + 3 * 85_000, 1_000 + 3 * 169_999]) {
    await t.step(`one changed cell in row ${row} is found`, async () => {
      const write = async (sql: string) => {
        const engine = await openEngine(path, { mode: "write" });
        engine.exec(sql);
        engine.close();
      };
      await write(`UPDATE facts SET number = -number - 1 WHERE rowid = ${row}`);
      assert.deepEqual(await check(), ["The rows of table 'facts' differ from their digest"]);
      await write(`UPDATE facts SET number = -number - 1 WHERE rowid = ${row}`);
    });
    await t.step(`row ${row} under another id is found`, async () => {
      const engine = await openEngine(path, { mode: "write" });
      engine.exec(`UPDATE facts SET _anvil_row_id = '[1,7]' WHERE rowid = ${row}`);
      engine.close();
      assert.match((await check()).join(), /The rows of table 'facts' (differ|cannot be read in order)/);
      const again = await openEngine(path, { mode: "write" });
      again.exec(`UPDATE facts SET _anvil_row_id = '[1,${row}]' WHERE rowid = ${row}`);
      again.close();
    });
  }
  await t.step("put right, it is good again", async () => assert.deepEqual(await check(), []));
});

Deno.test("a thread that cannot be started leaves the work to this one", async () => {
  using helper = new CheckHelper("file:///there/is/no/such/module.ts", "any.sqlite");
  await assert.rejects(helper.run(TASK));
  const tasks = [1, 2, 3].map((): CheckTask => ({ ...TASK }));
  const results = await runChecks(tasks, () => RESULT, helper);
  assert.equal(results.size, 3);
});

Deno.test("a thread that never says that it is ready is given up after ten seconds", async () => {
  const clock = new ManualClock();
  const module = `data:text/javascript,${encodeURIComponent("setTimeout(() => {}, 1)")}`;
  using helper = new CheckHelper(module, "any.sqlite", clock);
  const asked = helper.run(TASK);
  clock.advance(10_000);
  await assert.rejects(asked, /did not start/);
});

Deno.test("a task that fails in the other thread is done in this one, and the other gets no more", async () => {
  let asked = 0;
  const failing: TaskHelper = {
    run: () => {
      asked++;
      return Promise.reject(new Error("gone"));
    },
  };
  const tasks = [1, 2, 3, 4, 5].map((): CheckTask => ({ ...TASK }));
  const results = await runChecks(tasks, () => RESULT, failing);
  assert.equal(results.size, 5);
  assert.equal(asked, 2);
});

Deno.test("without another thread all tasks are done in their order", async () => {
  const done: CheckTask[] = [];
  const tasks = [1, 2, 3].map((): CheckTask => ({ ...TASK }));
  await runChecks(tasks, (task) => {
    done.push(task);
    return RESULT;
  }, null);
  assert.deepEqual(done, tasks);
});
