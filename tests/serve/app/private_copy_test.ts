/** The private copy: of files that are written to, and of files whose row ids another tool has renumbered. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { buildArchive } from "../../../lib/archive/making/build_archive.ts";
import { AnvilSqliteError } from "../../../lib/errors.ts";
import { startServer } from "../../../lib/serve/server.ts";
import { connect } from "../../../lib/uplink/connection.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { servedApp } from "../../fixtures/files/archive_fixture.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { RawClient } from "../../fixtures/serving/raw_client.ts";
import { ServeClient } from "../../fixtures/serving/serve_client.ts";

const KEY = "server_COPY";

/** Serves a file that SQL has changed behind this program's back. */
async function servedAfter<T>(
  sql: string,
  body: (client: ServeClient, url: string) => Promise<T>,
  content = servedApp(),
): Promise<T> {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  await buildArchive(path, content);
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  const server = await startServer({ path, key: KEY });
  const client = new ServeClient(await connect({ url: server.url, key: KEY }));
  try {
    return await body(client, server.url);
  } finally {
    await client[Symbol.asyncDispose]();
    await server.close();
  }
}

Deno.test("a file whose rows SQLite has numbered anew, as VACUUM does, is served with the row ids that its rows say", () =>
  servedAfter("UPDATE people SET rowid = rowid - 77", async (client) => {
    const people = await client.table("people");
    assert.deepEqual((await client.search(people)).ids, ["78", "79", "80", "81", "82", "83", "84", "85", "86", "87"]);
    assert.equal((await client.row(people, 79))["name"], "P1");
  }));

Deno.test("a row id beyond 64 bits is refused with a sentence, and nothing is left behind", async () => {
  for (const id of ["[1,9223372036854775808]", "[1,0]", "[2,1]", "nonsense"]) {
    const run = servedAfter(
      `UPDATE t SET _anvil_row_id = '${id}' WHERE rowid = 2`,
      () => Promise.resolve(),
      smallApp({ t: { columns: { n: "number" }, rows: [[1n], [2n]] } }),
    );
    const error = await run.then(() => null, (error: unknown) => error);
    assert.ok(error instanceof AnvilSqliteError, id);
    assert.deepEqual([error.code, error.exitCode], ["damaged", 4], id);
    assert.ok(error.message.includes(id), error.message);
  }
});

Deno.test("objects nested 10,000 deep are served as they are, and text that is not JSON as text", async () => {
  const deep = "[".repeat(10_000) + "]".repeat(10_000);
  const content = smallApp({ t: { columns: { so: "simpleObject" }, rows: [["0"], ["1"]] } });
  const changed = `UPDATE t SET so = '${deep}' WHERE rowid = 1; UPDATE t SET so = 'not json' WHERE rowid = 2`;
  await servedAfter(changed, async (client, url) => {
    const table = await client.table("t");
    using raw = await RawClient.greet(url, KEY);
    const objects = [{ ...table.row(1).fields, path: ["args", 0] }];
    const command = "anvil.private.tables.v2.row.fetch";
    await raw.sendJson({ type: "CALL", id: "1", command, args: [null, null], objects });
    assert.ok(new TextDecoder().decode((await raw.frame())?.payload).includes(`"rows":{"1":[${deep},null]}`));
    assert.equal((await client.row(table, 2))["so"], "not json");
    const { bytes } = await client.bytes(await client.call("table.to_csv", [table]));
    assert.equal(bytes.length, deep.length + `"ID","so"\n"[1,1]",""\n"[1,2]","not json"`.length);
  }, content);
});

Deno.test("a text that files of format 1 hold in place of a value is served as None, and no other", async () => {
  const standIn = '"more than 16 MiB, which this wire cannot carry"';
  const content = smallApp({ notes: { columns: { text: "string" }, rows: [[standIn], [standIn], ["a"]] } });
  const message = `Not a string; kept as JSON text: ${standIn}`;
  const warnings = [{ code: "odd-value", table: "notes", column: "text", row: "[1,1]", message }];
  await servedAfter("SELECT 1", async (client) => {
    assert.deepEqual(await client.column(await client.table("notes"), "text", []), [null, standIn, "a"]);
  }, { ...content, warnings });
});
