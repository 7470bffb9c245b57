/** Faults of media: too short, too long, broken off, stuck, gone. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { FaultAction, Faults } from "../fixtures/faults/faults.ts";
import { verifyLive } from "../../lib/verify/verify_live.ts";
import { faultApp, FILES, SPOOLED_BYTES } from "../fixtures/apps/fault_app.ts";
import {
  assertComplete,
  assertIncomplete,
  backupWith,
  type Outcome,
  READ_KEY,
  retries,
} from "../fixtures/running/faulty_backup.ts";
import { backupOptions } from "../fixtures/running/served_app.ts";

const MEDIA = "fetch_lazy_media";

const onMedia = (act: (n: number) => FaultAction | undefined): Faults => ({
  onCall: (call) => call.name === MEDIA ? act(call.n) : undefined,
});

/** A server that tells the length of media, as the wire allows; table media of classic storage have none. */
const withLengths = (faults: Faults): Faults => ({
  onCall: (call) =>
    call.name === "search.next_page"
      ? {
        reply: (text) =>
          text.replace(/"id":"(\d+)"(,"mime-type":[^,]+),"length":null/g, (_, id: string, type: string) => {
            return `"id":"${id}"${type},"length":${100 + (Number(id) - 1) * 7_000}`;
          }),
      }
      : faults.onCall?.(call),
});
/** Makes every medium's length follow the rule above. */
const REGULAR = faultApp(100 + (FILES - 1) * 7_000);

const failedMedia = async ({ result }: Outcome): Promise<number> => {
  using file = await openArchive(result?.path ?? "");
  return Number(file.engine.query("SELECT count(*) FROM _anvil_media_objects WHERE state = 'failed'")[0]?.[0]);
};

for (const [what, media] of [["shorter", { cutTo: 50 }], ["longer", { extra: 3 }]] as const) {
  Deno.test(`a medium ${what} than announced: fetched again, complete`, () =>
    backupWith(withLengths(onMedia((n) => n === 3 ? { media } : undefined)), async (outcome) => {
      await assertComplete(outcome, "consistent");
      assert.deepEqual(retries(outcome), ["fetching a medium"]);
    }, { content: REGULAR }));

  Deno.test(`every medium ${what} than announced: exit 3 after four tries each, none is called stored`, () =>
    backupWith(withLengths(onMedia(() => ({ media }))), async (outcome) => {
      await assertIncomplete(outcome, "media-failed");
      assert.equal(await failedMedia(outcome), FILES);
      assert.equal(retries(outcome).length, 3 * FILES);
    }, { content: REGULAR }));

  Deno.test(`a medium ${what} of which the server told no length: \`verify --live\` names its row`, () =>
    backupWith(onMedia((n) => n === 3 ? { media } : undefined), async (outcome) => {
      assert.equal(outcome.exitCode, 0);
      using file = await openArchive(outcome.result?.path ?? "");
      const { findings } = await verifyLive(file, backupOptions(outcome.app.server.url, "", () => {}), {
        media: true,
        digestsChecked: true,
      });
      assert.match(
        findings[0]?.message ?? "",
        /^Row \[2,\d+\] .*of table 'files' changed: file: .*its bytes [0-9a-f]{12} → [0-9a-f]{12}$/,
      );
    }));
}

Deno.test("a medium failing half way: fetched again from its beginning, complete", () =>
  backupWith(onMedia((n) => n < 3 ? { media: { failAfter: 70 } } : undefined), async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.deepEqual(retries(outcome), ["fetching a medium", "fetching a medium"]);
  }));

Deno.test("a spooled medium failing half way: fetched again, and no spool is left", () =>
  backupWith(
    onMedia((n) => n <= FILES ? { media: { failAfter: SPOOLED_BYTES - 1 } } : undefined),
    (outcome) => assertComplete(outcome, "consistent"),
    { content: faultApp(SPOOLED_BYTES) },
  ));

Deno.test("a medium failing half way every time: exit 3 after four tries, the rest is complete", () =>
  backupWith(
    onMedia(() => ({ media: { failAfter: 40_000 } })),
    async (outcome) => {
      await assertIncomplete(outcome, "media-failed");
      const large = FILES - 1 - Math.floor((40_000 - 100) / 7_000);
      assert.equal(await failedMedia(outcome), large);
      assert.equal(outcome.result?.media, FILES - large);
    },
  ));

Deno.test("a medium that stops coming: given up after 60 s, fetched again, complete", () =>
  backupWith(onMedia((n) => n === 2 ? { media: { stallAfter: 10 } } : undefined), async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.deepEqual(retries(outcome), ["fetching a medium"]);
  }));

Deno.test("a medium that stops coming every time: exit 3 after four tries, never a hang", () =>
  backupWith(onMedia(() => ({ media: { stallAfter: 70_000 } })), async (outcome) => {
    await assertIncomplete(outcome, "media-failed");
    assert.equal(await failedMedia(outcome), 2);
  }));

Deno.test("a medium gone: exit 3 at once, listed with its row, the row is kept", () =>
  backupWith(
    onMedia((n) =>
      n === 5 ? { error: { type: "anvil.server.InternalError", message: "Media Object 5 does not exist." } } : undefined
    ),
    async (outcome) => {
      await assertIncomplete(outcome, "media-gone");
      assert.deepEqual(retries(outcome), []);
      using file = await openArchive(outcome.result?.path ?? "");
      const [warning] = file.engine.query("SELECT table_name, column_name, row_id FROM _anvil_warnings");
      assert.deepEqual(warning?.slice(0, 2), ["files", "file"]);
      assert.match(String(warning?.[2]), /^\[2,\d+\]$/);
      assert.equal(await failedMedia(outcome), 1);
    },
  ));

Deno.test("a medium gone between two connections: exit 3, listed with its row", () =>
  backupWith(
    {
      onCall: ({ name, n }) =>
        name !== MEDIA ? undefined : n === 3
          ? {
            edit: (engine) => engine.exec("UPDATE files SET file = NULL WHERE _anvil_row_id LIKE '%4]'"),
            drop: "after",
          }
          : { delayMs: 1_000 },
    },
    (outcome) => assertIncomplete(outcome, "media-gone"),
    { serve: { writable: true } },
  ));

Deno.test("internal error with a code at a medium, as with an empty pool: asked again, complete", () =>
  backupWith(
    onMedia((n) =>
      n < 4
        ? { error: { type: "anvil.server.InternalError", message: "Internal server error: 00ff00ff00ff" } }
        : undefined
    ),
    async (outcome) => {
      await assertComplete(outcome, "consistent");
      assert.equal(retries(outcome).length, 3);
    },
  ));

Deno.test("a refusal that repeats the medium's key: the key is in no message and no file", () => {
  const refuse: Faults = {
    onCall: (call) => {
      const { key } = (call.frame["args"] as { key: string }[] | undefined)?.[0] ?? {};
      return call.name === MEDIA ? { error: { type: null, message: `No access with ${key}` } } : undefined;
    },
  };
  return backupWith(refuse, async (outcome) => {
    await assertIncomplete(outcome, "media-failed");
    assert.ok(outcome.result?.warnings.some(({ message }) => message.includes("No access with [secret]")));
  });
});

Deno.test("a key that may not fetch media: exit 3, one warning, names and types are kept", () =>
  backupWith({}, async (outcome) => {
    await assertIncomplete(outcome, "media-not-permitted");
    assert.equal(await failedMedia(outcome), FILES);
  }, { backup: { key: READ_KEY } }));
