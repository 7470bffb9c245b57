/** The promise of the vault: for every snapshot, what comes out has the digest of what went in. */
import assert from "node:assert/strict";
import { fc } from "../deps.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { anyNights } from "../fixtures/vault/any_nights.ts";
import { nightFile } from "../fixtures/vault/night.ts";
import { assertSame, extractTo, snapshotsOf, takeInFile } from "../fixtures/vault/vault_fixture.ts";

/** Apps tried each day. */
const RUNS = Number(Deno.env.get("VAULT_PROPERTY_RUNS") ?? 25);

Deno.test("every night of any app comes out of a vault as it went in", () =>
  fc.assert(
    fc.asyncProperty(anyNights, async (nights) => {
      using dir = tempDir();
      for (const [at, night] of nights.entries()) {
        await nightFile(dir.file(`${at}.sqlite`), night);
        assert.equal((await takeInFile(dir.file("app.vault"), dir.file(`${at}.sqlite`))).already, false);
      }
      const snapshots = await snapshotsOf(dir.file("app.vault"));
      assert.equal(snapshots.length, nights.length);
      for (const [at, snapshot] of snapshots.entries()) {
        await extractTo(dir.file("app.vault"), snapshot, dir.file(`out-${at}.sqlite`));
        await assertSame(dir.file(`${at}.sqlite`), dir.file(`out-${at}.sqlite`));
      }
    }),
    { numRuns: RUNS },
  ));
