/** The promise of the vault: for every snapshot, what comes out has the digest of what went in, also after any prune. */
import assert from "node:assert/strict";
import { fc } from "../deps.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { anyNights } from "../fixtures/vault/any_nights.ts";
import { nightFile } from "../fixtures/vault/night.ts";
import { randomOf } from "../fixtures/vault/random.ts";
import {
  assertGoodVault,
  assertSame,
  extractTo,
  forget,
  snapshotsOf,
  takeInFile,
} from "../fixtures/vault/vault_fixture.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** Apps tried each day. */
const RUNS = timesAsked(5);

Deno.test("every night of any app comes out of a vault as it went in, also when others are forgotten between", () =>
  fc.assert(
    fc.asyncProperty(anyNights, fc.integer({ min: 1, max: 2 ** 30 }), async (nights, seed) => {
      using dir = tempDir();
      const random = randomOf(seed);
      const vault = dir.file("app.vault");
      const files = new Map<string, string>();
      for (const [at, night] of nights.entries()) {
        const file = dir.file(`${at}.sqlite`);
        await nightFile(file, night);
        assert.equal((await takeInFile(vault, file)).already, false);
        files.set(night.start, file);
        if (!random.once(4)) continue;
        const older = (await snapshotsOf(vault)).slice(0, -1).filter(() => random.once(2));
        for (const { takenAt } of older) files.delete(takenAt);
        await forget(vault, older.map(({ number }) => number));
      }
      const snapshots = await snapshotsOf(vault);
      assert.deepEqual(snapshots.map(({ takenAt }) => takenAt), [...files.keys()]);
      await assertGoodVault(vault);
      for (const [at, snapshot] of snapshots.entries()) {
        await extractTo(vault, snapshot, dir.file(`out-${at}.sqlite`));
        await assertSame(files.get(snapshot.takenAt) ?? "", dir.file(`out-${at}.sqlite`));
      }
    }),
    { numRuns: RUNS },
  ));
