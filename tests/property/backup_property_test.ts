/** Properties of whole backups over a real socket. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { verifyFile } from "../../lib/verify/verify_file.ts";
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { serveApp } from "../fixtures/running/served_app.ts";

Deno.test("backup(serve(file)) has the same digests as file, and verifies, for any app", async () => {
  await fc.assert(
    fc.asyncProperty(anyApp, async (content) => {
      await using app = await serveApp(content);
      const result = await app.backup();
      assert.equal(result.exitCode, 0, JSON.stringify(result.warnings));
      using original = await openArchive(app.path);
      using copy = await openArchive(result.path);
      const digests = ({ catalogue }: typeof original) =>
        catalogue.tables.map(({ plan, digest }) => [plan.tableId, digest]).sort();
      assert.deepEqual(digests(copy), digests(original));
      assert.equal(result.digest, original.catalogue.provenance.get("digest"));
      const checks = verifyFile(copy.engine, copy.catalogue, { quick: false, onStep: () => {} });
      assert.deepEqual(await Array.fromAsync(checks), []);
    }),
    { numRuns: 40 },
  );
});
