/** What is whole gets its name, and never another's: also where a system makes no hard links, by which that is safest. */
import assert from "node:assert/strict";
import { giveFinalName } from "../../lib/place/final_name.ts";
import { assertFails } from "../fixtures/running/assert_fails.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

Deno.test("where no hard link can be made, what is whole is renamed, and what has the name already stays as it is", async () => {
  using dir = tempDir();
  const [partial, path] = [dir.file("copy.partial"), dir.file("copy")];
  // A system refuses hard links to folders as a memory stick does to files, with the same error.
  Deno.mkdirSync(partial);
  Deno.writeTextFileSync(`${partial}/whole`, "1");
  await assert.rejects(Deno.link(partial, dir.file("link")));
  await giveFinalName(partial, path);
  assert.deepEqual(dir.names(), ["copy"]);
  Deno.mkdirSync(partial);
  await assertFails(
    giveFinalName(partial, path),
    "destination-exists",
    /The finished copy is kept as '.*copy\.partial'/,
  );
  assert.deepEqual(dir.names(), ["copy", "copy.partial"]);
  assert.equal(Deno.readTextFileSync(`${path}/whole`), "1");
});

Deno.test("what somebody took away before it had its name is told, and nothing else gets the name", async () => {
  using dir = tempDir();
  await assertFails(
    giveFinalName(dir.file("copy.partial"), dir.file("copy")),
    "file-replaced",
    /Start it again, with a name that nobody else uses\..*was taken away or replaced/,
  );
  assert.deepEqual(dir.names(), []);
});
