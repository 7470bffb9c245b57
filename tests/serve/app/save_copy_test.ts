/** What clients wrote, kept as a file of its own: as good as a backup, and answering as the server did that it comes from. */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../../lib/archive/making/build_archive.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { AnvilSqliteError } from "../../../lib/errors.ts";
import { saveCopy } from "../../../lib/serve/app/save_copy.ts";
import { startServer } from "../../../lib/serve/server.ts";
import type { StorageStyle } from "../../../lib/serve/app/snapshot.ts";
import { connect } from "../../../lib/uplink/connection.ts";
import { fc } from "../../deps.ts";
import { anyApp } from "../../fixtures/apps/any_app.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { assertGood } from "../../fixtures/running/faulty_backup.ts";
import { Cap, q, ServeClient, Upload, Wire } from "../../fixtures/serving/serve_client.ts";
import { timesAsked } from "../../fixtures/running/times_asked.ts";

const KEY = "server_SAVE";

/** Serves a file for a while. */
async function serving<T>(
  path: string,
  options: { readonly savePath?: string; readonly storage?: StorageStyle },
  body: (client: ServeClient) => Promise<T>,
): Promise<T> {
  const server = await startServer({ path, key: KEY, writable: options.savePath !== undefined, ...options });
  const client = new ServeClient(await connect({ url: server.url, key: KEY }));
  try {
    return await body(client);
  } finally {
    await client[Symbol.asyncDispose]();
    await server.close();
  }
}

async function capsOf(client: ServeClient): Promise<readonly (readonly [string, Cap])[]> {
  const tables = await client.call("get_app_tables") as { readonly [name: string]: readonly unknown[] };
  return Object.entries(tables).flatMap(([name, [cap]]) => cap instanceof Cap ? [[name, cap] as const] : []);
}

/** All that a client can see, media with their bytes. */
async function everything(client: ServeClient): Promise<unknown> {
  const seen: unknown[] = [];
  for (const [name, cap] of await capsOf(client)) {
    const { rows } = await client.search(cap, [q.page_size(10_000)]);
    for (const { id, cells } of rows) {
      const shown = await Promise.all(
        Object.entries(cells).map(async ([column, cell]) => {
          if (!(cell instanceof Wire)) return [column, cell];
          const { key, ...fields } = cell.fields;
          return [column, fields, key === undefined ? null : (await client.bytes(cell)).bytes];
        }),
      );
      seen.push([name, id, shown]);
    }
  }
  return seen;
}

/** Deletes, adds and changes rows by numbers that decide where. */
async function scribble(client: ServeClient, numbers: readonly number[]): Promise<void> {
  const caps = await capsOf(client);
  for (const number of numbers) {
    const [, cap] = caps[number % caps.length] ?? [];
    if (cap === undefined) return;
    const columns = await client.call("table.list_columns", [cap]) as readonly { name: string; type: string }[];
    const { ids } = await client.search(cap);
    const id = ids[number % Math.max(1, ids.length)];
    const column = columns[number % Math.max(1, columns.length)];
    if (number % 3 === 0 && id !== undefined) await client.call("row.delete", [cap.row(id)]);
    else if (number % 3 === 1 || id === undefined) await client.call("table.add_row", [cap, {}, null, null]);
    else if (column !== undefined) {
      const value = column.type === "media" ? new Upload(new Uint8Array([number % 256]), "new") : null;
      await client.call("row.update", [cap.row(id), { [column.name]: value }]);
    }
  }
}

Deno.test("a saved file verifies, and serves what was served when it was saved, for any app and any writes", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyApp,
      fc.array(fc.nat(10_000), { maxLength: 12 }),
      fc.constantFrom<StorageStyle>("classic", "split"),
      async (content, numbers, storage) => {
        using dir = tempDir();
        const [path, savePath] = [dir.file("app.sqlite"), dir.file("saved.sqlite")];
        await putArchive(path, content);
        const before = await Deno.readFile(path);
        const seen = await serving(path, { savePath, storage }, async (client) => {
          await scribble(client, numbers);
          return await everything(client);
        });
        await assertGood(savePath);
        assert.deepEqual(await serving(savePath, { storage }, everything), seen);
        assert.deepEqual(await Deno.readFile(path), before, "the archive itself is never written");
        assert.deepEqual(dir.names().toSorted(), ["app.sqlite", "saved.sqlite"]);
      },
    ),
    { numRuns: timesAsked(5) },
  );
});

Deno.test("a saved file that clients have changed says so, one that nobody wrote to is a copy with the same digest", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  await putArchive(path, sampleApp());
  await serving(path, { savePath: dir.file("same.sqlite") }, everything);
  await serving(path, { savePath: dir.file("edited.sqlite") }, async (client) => {
    await client.call("table.delete_all_rows", [await client.table("orders")]);
  });
  using original = await openArchive(path);
  using same = await openArchive(dir.file("same.sqlite"));
  using edited = await openArchive(dir.file("edited.sqlite"));
  const of = (archive: typeof same, key: string) => archive.catalogue.provenance.get(key);
  assert.equal(of(same, "digest"), of(original, "digest"));
  assert.equal(of(same, "edited_at"), undefined);
  assert.notEqual(of(edited, "digest"), of(original, "digest"));
  assert.equal(of(edited, "snapshot_kind"), "edited");
  assert.match(String(of(edited, "edited_at")), /^\d{4}-/);
  assert.equal(edited.catalogue.tables.find(({ plan }) => plan.table.name === "orders")?.rowsServer, 0);
  const { mode } = await Deno.stat(dir.file("same.sqlite"));
  if (Deno.build.os !== "windows") assert.equal((mode ?? 0) & 0o777, 0o600);
});

Deno.test("what clients deleted is not in the bytes of a saved file", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  const content = sampleApp();
  await putArchive(path, content);
  await serving(path, { savePath: dir.file("saved.sqlite") }, async (client) => {
    await client.call("table.delete_all_rows", [await client.table("customers")]);
    await client.call("table.delete_all_rows", [await client.table("books")]);
  });
  const bytes = Buffer.from(await Deno.readFile(dir.file("saved.sqlite"))).toString("latin1");
  assert.ok(Buffer.from(await Deno.readFile(path)).toString("latin1").includes("reader7@example.com"));
  assert.ok(!bytes.includes("reader7@example.com"));
  using saved = await openArchive(dir.file("saved.sqlite"));
  const [[blobs] = []] = saved.engine.query("SELECT count(*) FROM _anvil_blobs");
  const [[media] = []] = saved.engine.query("SELECT count(*) FROM _anvil_media_objects");
  assert.deepEqual([Number(blobs) > 0, Number(media) > 0], [Number(media) > 0, Number(media) > 0]);
});

Deno.test("a schema-only file whose tables were filled is saved as one with rows", async () => {
  using dir = tempDir();
  const content: ArchiveContent = { ...sampleApp(), rows: new Map(), media: [] };
  await putArchive(dir.file("schema.sqlite"), content);
  await serving(dir.file("schema.sqlite"), { savePath: dir.file("saved.sqlite") }, async (client) => {
    await client.call("table.add_row", [await client.table("authors"), { name: "new" }]);
  });
  await assertGood(dir.file("saved.sqlite"));
  using saved = await openArchive(dir.file("saved.sqlite"));
  const states = new Map(saved.catalogue.tables.map(({ plan, state }) => [plan.table.name, state]));
  assert.deepEqual([states.get("authors"), states.get("books")], ["copied", "schema-only"]);
});

async function refusal(options: Parameters<typeof startServer>[0]): Promise<AnvilSqliteError> {
  try {
    const server = await startServer(options);
    await server.close();
  } catch (error) {
    if (error instanceof AnvilSqliteError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: "it was served" });
}

Deno.test("a name that is taken, has a partial or a sidecar beside it, or cannot be written is refused before serving", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  await putArchive(path, sampleApp());
  for (const suffix of ["", ".partial", "-wal", "-shm", "-journal"]) {
    const savePath = dir.file(`taken${suffix.length}.sqlite`);
    await Deno.writeTextFile(savePath + suffix, "mine");
    const error = await refusal({ path, key: KEY, writable: true, savePath });
    assert.deepEqual([error.code, error.exitCode], ["destination-exists", 21], suffix);
    assert.equal(await Deno.readTextFile(savePath + suffix), "mine");
  }
  const error = await refusal({ path, key: KEY, writable: true, savePath: dir.file("none/x.sqlite") });
  assert.deepEqual([error.code, error.exitCode], ["cannot-write", 21]);
  assert.match(error.hint ?? "", /--save/);
});

Deno.test("a name that is taken while it serves is not overwritten, and what clients wrote is kept where the hint says", async () => {
  using dir = tempDir();
  const [path, savePath] = [dir.file("app.sqlite"), dir.file("saved.sqlite")];
  await putArchive(path, sampleApp());
  const run = serving(path, { savePath }, async (client) => {
    await client.call("table.add_row", [await client.table("authors"), { name: "precious" }]);
    await Deno.writeTextFile(savePath, "someone else's");
  });
  const error = await run.then(() => null, (error: unknown) => error);
  assert.ok(error instanceof AnvilSqliteError);
  assert.equal(error.exitCode, 21);
  assert.equal(await Deno.readTextFile(savePath), "someone else's");
  const kept = /kept in '([^']+)'/.exec(error.hint ?? "")?.[1] ?? "";
  const copy = new TextDecoder("latin1").decode(await Deno.readFile(kept));
  assert.ok(copy.includes("precious"));
  await Deno.remove(kept.replace(/[^/\\]+$/, ""), { recursive: true });
});

Deno.test("a copy that cannot be finished leaves no partial file, and is kept itself", async () => {
  using dir = tempDir();
  const copy = dir.file("copy.sqlite");
  await Deno.writeTextFile(copy, "not a database at all".repeat(100));
  const run = saveCopy(copy, dir.file("saved.sqlite"), { any: true, now: new Date(0) });
  const error = await run.then(() => null, (error: unknown) => error);
  assert.ok(error instanceof AnvilSqliteError);
  assert.deepEqual(dir.names(), ["copy.sqlite"]);
  const missing = saveCopy(dir.file("nothing"), dir.file("saved.sqlite"), { any: true, now: new Date(0) });
  assert.equal((await missing.then(() => null, (error: unknown) => error) as AnvilSqliteError).code, "cannot-write");
  assert.deepEqual(dir.names(), ["copy.sqlite"]);
});
