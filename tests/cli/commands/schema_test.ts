/** `schema` as a user runs it: every form, and the places of what is odd in a file. */
import assert from "node:assert/strict";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { runIn } from "../../fixtures/running/program_here.ts";

const YAML = `db_schema:
  pets:
    title: Pets
    server: full
    client: none
    columns:
    - {name: nickname, type: string}
    - {name: owner, type: link_single, target: nobody}
`;

Deno.test("schema warns of what is odd with its line, and prints SQL all the same", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), YAML);
  const { code, out, err } = await runIn(dir, ["schema", "anvil.yaml"]);
  assert.equal(code, 0, err);
  assert.match(err, /^warning: line 8: .*nobody/m);
  assert.match(out, /CREATE TABLE "pets"/);
});

Deno.test("schema of an archive gives the schema of its app, as SQL, JSON, or a db_schema that an editor reads", async () => {
  using dir = tempDir();
  await putArchive(dir.file("shop.sqlite"), sampleApp());
  const as = async (format: string) => (await runIn(dir, ["schema", "shop.sqlite", "--format", format])).out;
  assert.match(await as("sql"), /CREATE TABLE "books"/);
  assert.deepEqual(JSON.parse(await as("json")).tables.map(({ name }: { readonly name: string }) => name), [
    "authors",
    "books",
    "customers",
    "orders",
  ]);
  assert.match(await as("anvil-yaml"), /^db_schema:\n {2}authors:$/m);
});

Deno.test("schema of a file that is not there ends with 2 or 20, and makes no file", async () => {
  using dir = tempDir();
  const { code, err } = await runIn(dir, ["schema", "none.yaml"]);
  assert.ok(code === 2 || code === 20, err);
  assert.deepEqual(dir.names(), []);
});
