/** `history VAULT --where`: rows are found by what they ever held, and a vault tells the same as a folder of its nights. */
import assert from "node:assert/strict";
import type { Cell } from "../../lib/value/cell.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { nightStart } from "../fixtures/vault/few_nights.ts";
import { nightFile } from "../fixtures/vault/night.ts";
import { takeInFile } from "../fixtures/vault/vault_fixture.ts";

/** A table of books on one night: its columns, and its rows by number; no rows when it could not be read. */
interface Books {
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<number, readonly Cell[]>> | null;
}

/** Emma gets a price and goes; Sanditon gets another title. Prices are noted from the second night on, and not all nights. */
const NIGHTS: readonly Books[] = [
  { columns: { title: "string" }, rows: { 1: ["Emma"], 2: ["Sanditon"] } },
  { columns: { title: "string", price: "number" }, rows: { 1: ["Emma", 9n], 2: ["Sanditon", null] } },
  { columns: { title: "string", price: "number" }, rows: null },
  { columns: { title: "string", price: "number" }, rows: { 2: ["The Brothers", 5n], 3: ["Persuasion", 12n] } },
];

/** A folder of nights, and a vault of the same. */
async function keep(dir: TempDir, nights: readonly Books[]): Promise<void> {
  Deno.mkdirSync(dir.file("nights"));
  for (const [at, { columns, rows }] of nights.entries()) {
    const path = `${dir.file("nights")}/${at + 1}.sqlite`;
    const tables = smallApp({ books: { columns, rows: [] } }).schema.tables.map((schema) => ({
      schema,
      state: rows === null ? "unreadable" as const : "copied" as const,
      rows: Object.entries(rows ?? {}).map(([id, cells]) => ({ id, cells })),
    }));
    await nightFile(path, {
      start: nightStart(at + 1),
      tables,
      media: [],
      warnings: [],
      provenance: [["app_id", "SHOP"]],
    });
    await takeInFile(dir.file("app.vault"), path);
  }
}

/** What a source tells of books. */
const ask = (dir: TempDir, source: string, where: string, ...more: readonly string[]) =>
  runHere(["history", dir.file(source), "--table", "books", "--where", where, ...more]);

Deno.test("rows of a vault are found by what they once held, those that are gone too, as in a folder", async () => {
  using dir = tempDir();
  await keep(dir, NIGHTS);
  for (
    const [where, rows] of [
      ["title = 'Sanditon'", ["[1,2]"]],
      ["title LIKE '%o%' -- in the title", ["[1,2]", "[1,3]"]],
      ["price > 8", ["[1,1]", "[1,3]"]],
      ["_anvil_row_id = '[1,2]'", ["[1,2]"]],
    ] as const
  ) {
    const { code, out, err } = await ask(dir, "app.vault", where);
    assert.equal(code, 0, err);
    assert.deepEqual([...out.matchAll(/^\[.*?\]/gm)].map(([row]) => row), rows, where);
    assert.equal(out, (await ask(dir, "nights", where)).out, where);
  }
  const { out } = await ask(dir, "app.vault", "price = 9");
  assert.equal(
    out,
    `[1,1] "Emma"
  2026-11-01T02:00:00Z  is there: title: "Emma"
  2026-11-02T02:00:00Z  changed: price: empty → 9
  2026-11-04T02:00:00Z  deleted since 2026-11-02T02:00:00Z: title: "Emma"; price: 9
`,
  );
});

Deno.test("a --where that fits no night's columns, or that is more than an expression: exit 2, as in a folder", async () => {
  using dir = tempDir();
  await keep(dir, NIGHTS.slice(0, 2));
  for (
    const [where, said] of [
      ["titel = 'Emma'", /--where cannot be evaluated: no such column: titel/],
      ["1; DROP TABLE books", /--where cannot be evaluated/],
    ] as const
  ) {
    for (const source of ["app.vault", "nights"]) {
      const { code, out, err } = await ask(dir, source, where);
      assert.deepEqual([code, out], [2, ""], err);
      assert.match(err, said);
      assert.match(err, /^hint: It is an SQL expression on the columns of table 'books'/m);
    }
  }
  const none = await ask(dir, "app.vault", "title = 'Ulysses'");
  assert.equal(none.code, 2);
  assert.match(none.err, /No row fits in any of 2 backups of table 'books'/);
  const { code, err } = await runHere(["history", dir.file("app.vault"), "--table", "book", "--where", "1"]);
  assert.equal(code, 2);
  assert.match(err, /There is no table 'book'.*\nhint: Did you mean 'books'\?/);
});

Deno.test("a vault's history up to a moment knows nothing of what came later", async () => {
  using dir = tempDir();
  await keep(dir, NIGHTS);
  const noPrice = await ask(dir, "app.vault@#1", "price = 9");
  assert.equal(noPrice.code, 2);
  assert.match(noPrice.err, /no such column: price/);
  const later = await ask(dir, "app.vault@#2", "title = 'The Brothers'");
  assert.equal(later.code, 2, later.out);
  assert.match(later.err, /No row fits in any of 2 backups/);
  const { code, out } = await ask(dir, "app.vault@#2", "title = 'Emma'", "--json");
  assert.equal(code, 0);
  assert.deepEqual(out.trimEnd().split("\n").map((line) => JSON.parse(line).kind), ["first", "changed"]);
});
