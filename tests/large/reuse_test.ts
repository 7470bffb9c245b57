/** Media that cannot have changed are not fetched again, counted at the server; what looks wrong beside the backup before. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type ArchiveContent, type MediaContent } from "../../lib/archive/making/build_archive.ts";
import type { SqlValue } from "../../lib/sqlite/sql_value.ts";
import type { Cell } from "../../lib/value/cell.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { app, column, table } from "../schema/builders.ts";

const FETCH = "fetch_lazy_media";
const SCHEMA = app(table("files", [column("name"), column("file", "media")], { id: 1 }));

/** An app with a file in each of so many rows; `changed` ones have new bytes under a new id, as classic storage gives them. */
function files(
  count: number,
  provenance: readonly (readonly [string, SqlValue])[] = [["app_id", "FILESAPP"]],
): ArchiveContent {
  const media = Array.from({ length: count }, (_, i): MediaContent => ({
    contentType: "text/plain",
    name: `${i}.txt`,
    bytes: new TextEncoder().encode(`The content of file ${i}`),
  }));
  const rows = media.map(({ name }, i) => ({ id: String(i + 1), cells: [name, BigInt(i + 1)] as readonly Cell[] }));
  return { schema: SCHEMA, media, rows: new Map([["files", rows]]), provenance };
}

interface Backup {
  readonly code: number;
  readonly err: string;
  readonly path: string;
  /** Calls for media. */
  readonly fetched: number;
}

/** Backs an app up into a folder, and counts at the server. */
async function backup(
  dir: TempDir,
  content: ArchiveContent,
  args: readonly string[] = [],
  storage?: "split",
): Promise<Backup> {
  let fetched = 0;
  const onCall = ({ name }: { readonly name: string }) => {
    if (name === FETCH) fetched++;
    return undefined;
  };
  await using served = await serveApp(content, { faults: { onCall }, ...(storage === undefined ? {} : { storage }) });
  const { code, out, err } = await runHere(["backup", "-q", "-o", dir.path, ...args], {
    variables: variablesFor(served.server.url),
  });
  return { code, err, path: out.trim(), fetched };
}

function provenance(path: string, key: string): unknown {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare("SELECT value FROM _provenance WHERE key = ?").get(key)?.["value"];
}

const digestOf = (path: string) => provenance(path, "digest");

Deno.test("of 1,000 media of which 10 are new, the second night fetches 10, and the file is as if all were", async () => {
  using dir = tempDir();
  const first = await backup(dir, files(990));
  assert.deepEqual([first.code, first.fetched], [0, 990], first.err);
  const second = await backup(dir, files(1_000));
  assert.deepEqual([second.code, second.fetched], [0, 10], second.err);
  assert.deepEqual([provenance(second.path, "media_reused"), provenance(first.path, "media_reused")], [990, 0]);
  const anew = await backup(dir, files(1_000), ["--no-reuse"]);
  assert.equal(anew.fetched, 1_000);
  assert.equal(digestOf(second.path), digestOf(anew.path));
  assert.equal((await runHere(["verify", "-q", second.path])).code, 0);
});

Deno.test("split storage says nothing with its ids: all media are fetched", async () => {
  using dir = tempDir();
  await backup(dir, files(5), [], "split");
  assert.equal((await backup(dir, files(5), [], "split")).fetched, 5);
});

Deno.test("a medium whose bytes in the earlier backup are damaged, or whose name differs, is fetched", async () => {
  using dir = tempDir();
  const { path } = await backup(dir, files(5));
  const db = new DatabaseSync(path);
  db.exec(
    "UPDATE _anvil_blobs SET bytes = x'00' WHERE rowid = 2; UPDATE _anvil_media_objects SET name = 'x' WHERE id = 4",
  );
  db.close();
  const second = await backup(dir, files(5));
  assert.deepEqual([second.code, second.fetched], [0, 2], second.err);
  assert.equal((await runHere(["verify", "-q", second.path])).code, 0);
});

Deno.test("--reuse takes media from any backup of the same app, and of no other", async () => {
  using dir = tempDir();
  using elsewhere = tempDir();
  const { path } = await backup(dir, files(5));
  assert.equal((await backup(elsewhere, files(5), ["--reuse", path])).fetched, 0);
  const other = await backup(elsewhere, files(5, [["app_id", "OTHERAPP"]]), ["--reuse", `${dir.path}@latest`]);
  assert.equal(other.code, 2);
  assert.match(other.err, /is a backup of FILESAPP.*, and this one is of OTHERAPP/);
  assert.equal((await backup(elsewhere, files(1), ["--reuse", path, "--no-reuse"])).code, 2);
});

Deno.test("an app without an id may have another database today: its media are taken only where that is said", async () => {
  using dir = tempDir();
  await using served = await serveApp(files(3, []));
  const run = async (...args: readonly string[]) => {
    const { out, code } = await runHere(["backup", "-q", "-o", dir.path, ...args], {
      variables: variablesFor(served.server.url),
    });
    assert.equal(code, 0);
    return { path: out.trim(), reused: provenance(out.trim(), "media_reused") };
  };
  const { path } = await run();
  assert.equal((await run()).reused, 0);
  assert.equal((await run("--reuse", path)).reused, 3);
});

Deno.test("a damaged earlier backup is said, and the backup is made without it", async () => {
  using dir = tempDir();
  const { path } = await backup(dir, files(3));
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0, 5_000, 40_000));
  const second = await backup(dir, files(3));
  assert.deepEqual([second.code, second.fetched], [0, 3], second.err);
  assert.match(second.err, /Passed over a file that cannot be read/);
});

const shop = (rows: readonly (readonly Cell[])[], columns = ["title", "price"], name = "books"): ArchiveContent => ({
  schema: app(table(name, columns.map((one) => column(one)), { id: 1 }), table("pets", [], { id: 2 })),
  media: [],
  rows: new Map([[name, rows.map((cells, i) => ({ id: String(i + 1), cells }))], ["pets", []]]),
  provenance: [["app_id", "SHOPAPP"]],
});

const many = (count: number, price: string | null = "9") =>
  shop(Array.from({ length: count }, (_, i) => [`b${i}`, price]));

/** The looks-wrong warnings of a second night. */
async function wrong(before: ArchiveContent, now: ArchiveContent): Promise<readonly string[]> {
  using dir = tempDir();
  await backup(dir, before);
  const { code, path, err } = await backup(dir, now, ["--alert"]);
  using db = new DatabaseSync(path, { readOnly: true });
  const messages = db.prepare("SELECT message FROM _anvil_warnings WHERE code = 'looks-wrong' ORDER BY id").all();
  const list = messages.map(({ message }) => String(message));
  assert.equal(code, list.length > 0 ? 6 : 0, err);
  for (const message of list) assert.ok(err.includes(message), err);
  assert.equal((await runHere(["verify", "-q", path])).code, 0);
  return list;
}

Deno.test("each thing that looks wrong is a warning in the file and on stderr, and --alert ends with 6", async () => {
  assert.deepEqual(await wrong(many(100), many(100)), []);
  assert.deepEqual(await wrong(many(100), many(81)), [], "19 rows");
  assert.deepEqual(await wrong(many(200), many(165)), [], "less than a fifth");
  assert.deepEqual(await wrong(many(100), many(70)), [
    "Table 'books' lost 30 of its 100 rows since the backup before this one",
  ]);
  assert.deepEqual(await wrong(many(5), many(5, null)), [
    "Column 'price' of table 'books' is empty now; the backup before had values",
  ]);
  assert.deepEqual(await wrong(many(5), shop([["b"]], ["title"])), [
    "Column 'price' of table 'books' is gone, which the backup before this one had",
  ]);
  const gone = { ...shop([]), schema: app(table("pets", [], { id: 2 })), rows: new Map([["pets", []]]) };
  assert.deepEqual(await wrong(many(5), gone), ["Table 'books' is gone, which the backup before this one had"]);
});

Deno.test("a file that is half as large looks wrong, but not when other tables were asked for", async () => {
  const long = "x".repeat(400_000);
  const [shrunk = "", ...others] = await wrong(shop([["a", long]]), shop([["a", "short"]]));
  assert.match(shrunk, /^The file has only 1\d % of the size of the backup before this one$/);
  assert.deepEqual(others, []);
  using dir = tempDir();
  await backup(dir, shop([["a", long]]));
  assert.equal((await backup(dir, shop([["a", long]]), ["--alert", "--exclude", "books"])).code, 0);
});

Deno.test("what looks wrong once does not the night after, and another app's backups are no predecessors", async () => {
  using dir = tempDir();
  await backup(dir, many(100));
  assert.equal((await backup(dir, many(10), ["--alert"])).code, 6);
  assert.equal((await backup(dir, many(10), ["--alert"])).code, 0);
  const other = { ...many(1), provenance: [["app_id", "OTHERAPP"]] as const };
  assert.equal((await backup(dir, other, ["--alert"])).code, 0);
});
