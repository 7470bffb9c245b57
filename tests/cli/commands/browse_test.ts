/** `browse` as a command: what it prints, how it ends, and what it refuses before it listens. */
import assert from "node:assert/strict";
import { SAMPLE_CONTENT } from "../../fixtures/apps/sample_content.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { runHere } from "../../fixtures/running/program_here.ts";

Deno.test("browse prints an address with a key, and ends cleanly with Ctrl-C", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  const { code, out, err } = await runHere(["browse", dir.file("app.sqlite")], { stopAt: "Press Ctrl-C to end" });
  assert.equal(code, 0, err);
  assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}\n$/);
  assert.match(err, /Open this address in a browser\. Press Ctrl-C to end\./);
});

Deno.test("browse refuses what is not a backup, is not there, or a port that is in use", async () => {
  using dir = tempDir();
  await Deno.writeTextFile(dir.file("note.sqlite"), "not a database");
  const note = await runHere(["browse", dir.file("note.sqlite")]);
  assert.equal(note.code, 20);
  assert.match(note.err, /file is not a database/);
  const none = await runHere(["browse", dir.file("none.sqlite")]);
  assert.equal(none.code, 20);
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String(taken.addr.port);
  const busy = await runHere(["browse", dir.file("app.sqlite"), "--port", port]);
  assert.equal(busy.code, 2);
  assert.match(busy.err, /the port is in use/);
  assert.equal((await runHere(["browse", dir.file("app.sqlite"), "--idle", "0"])).code, 2);
});
