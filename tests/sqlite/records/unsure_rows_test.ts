/** Which rows of two tables may differ, found out from bytes: no row that differs is ever left out, whatever is in it. */
import assert from "node:assert/strict";
import type { Engine } from "../../../lib/sqlite/engine.ts";
import { openEngine } from "../../../lib/sqlite/open_engine.ts";
import { openPageFile } from "../../../lib/sqlite/records/page_file.ts";
import { recordTable } from "../../../lib/sqlite/records/record_table.ts";
import { unsureRows } from "../../../lib/sqlite/records/unsure_rows.ts";
import { fc } from "../../deps.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { timesAsked } from "../../fixtures/running/times_asked.ts";

/** SQL of values that are near one another and not the same, and of long ones. */
const VALUES = [
  ..."NULL 0 1 -1 127 128 32768 8388608 2147483648 140737488355328 9223372036854775807 -9223372036854775808".split(" "),
  ..."0.0 -0.0 1.0 1.5 9e999 -9e999 1e300 '' '1' '1.0' 'a' 'A' x'' x'61' x'00'".split(" "),
  "'a '",
  "'a' || char(0)",
  "'a' || char(0) || 'b'",
  "CAST(x'61ff' AS TEXT)",
  "CAST(x'61fe' AS TEXT)",
  "'" + "long".repeat(400) + "'",
  ...[3_000, 4_050, 4_100, 9_000, 70_000].flatMap((size) => [
    `replace(hex(zeroblob(${size})), '00', 'x')`,
    `replace(hex(zeroblob(${size - 1})), '00', 'x') || 'y'`,
  ]),
];

interface Row {
  readonly id: number;
  readonly cells: readonly [string, string];
}

const value = fc.oneof({ weight: 4, arbitrary: fc.constantFrom("NULL", "1", "'a'") }, fc.constantFrom(...VALUES));
const id = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(70_000, 2 ** 31, 2 ** 40, 2 ** 53 - 1));
const anyRows = fc.uniqueArray(fc.record({ id, cells: fc.tuple(value, value) }), {
  selector: (row) => row.id,
  maxLength: 60,
});
/** A second night: most rows stay. */
const nextRows = (rows: readonly Row[]) =>
  fc.tuple(
    fc.array(fc.integer({ min: 0, max: 19 }), { minLength: rows.length, maxLength: rows.length }),
    value,
    anyRows,
  )
    .map(([fates, fresh, more]): readonly Row[] => {
      const kept = rows.flatMap((row, at): readonly Row[] => {
        if (fates[at] === 0) return [];
        return [fates[at] === 1 ? { id: row.id, cells: [row.cells[0], fresh] } : row];
      });
      const ids = new Set(kept.map((row) => row.id));
      return [...kept, ...more.slice(0, 3).filter((row) => !ids.has(row.id))];
    });

async function made(path: string, rows: readonly Row[], pageBytes: number, swapped: boolean): Promise<Engine> {
  const engine = await openEngine(path, { mode: "create" });
  const columns = swapped ? ["b", "a"] : ["a", "b"];
  engine.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA synchronous = OFF`);
  engine.exec(`CREATE TABLE t (${columns.map((name) => `${name} ANY`).join(", ")}) STRICT`);
  engine.transaction(() => {
    for (const { id, cells: [a, b] } of rows) engine.exec(`INSERT INTO t (rowid, a, b) VALUES (${id}, ${a}, ${b})`);
  });
  return engine;
}

/** Each row as every reader of it sees it, and byte by byte. */
function readAll(engine: Engine): ReadonlyMap<number, string> {
  return new Map(
    engine.query("SELECT rowid, typeof(a), hex(a), quote(a), typeof(b), hex(b), quote(b) FROM t").map((
      [row, ...cells],
    ) => [Number(row), cells.map(String).join(" ")]),
  );
}

/** Rows that may differ by their bytes. */
function unsure(a: Engine, b: Engine): readonly number[] | null {
  using pagesA = openPageFile(a.path);
  using pagesB = openPageFile(b.path);
  assert.ok(pagesA !== null && pagesB !== null);
  const [one, other] = [recordTable(a, pagesA, "t"), recordTable(b, pagesB, "t")];
  assert.ok(one !== null && other !== null);
  const pairs = ["a", "b"].map((name) => ({
    a: one.places.get(name) ?? -1,
    b: other.places.get(name) ?? -1,
    onlyNull: false,
  }));
  const found = unsureRows({ a: pagesA, b: pagesB }, one, other, pairs);
  return found === null ? null : [...found];
}

const anyPages = fc.constantFrom(512, 1_024, 4_096, 65_536);

Deno.test("every row that is not the same in two tables is among those that may differ, and rows of equal cells are not", () =>
  fc.assert(
    fc.asyncProperty(
      anyRows.chain((rows) => fc.tuple(fc.constant(rows), nextRows(rows), anyPages, anyPages, fc.boolean())),
      async ([before, after, one, other, swapped]) => {
        using dir = tempDir();
        const a = await made(dir.file("a.db"), before, one, false);
        const b = await made(dir.file("b.db"), after, other, swapped);
        const [old, now] = [new Map(before.map((row) => [row.id, row])), new Map(after.map((row) => [row.id, row]))];
        const ids = [...new Set([...old.keys(), ...now.keys()])].sort((x, y) => x - y);
        const differing = ids.filter((id) => old.get(id)?.cells.join() !== now.get(id)?.cells.join());
        const found = unsure(a, b);
        // The same value has been written by the same SQL: so it is stored in the same bytes, and nothing else is.
        assert.deepEqual(found, differing);
        const [read, readNow] = [readAll(a), readAll(b)];
        for (const id of ids) if (!found?.includes(id)) assert.equal(read.get(id), readNow.get(id));
        a.close();
        b.close();
      },
    ),
    { numRuns: timesAsked(15) },
  ));

Deno.test("thousands of rows on pages of every depth are walked in their order", async () => {
  using dir = tempDir();
  const [a, b] = [await made(dir.file("a.db"), [], 512, false), await made(dir.file("b.db"), [], 4_096, false)];
  const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO t (rowid, a, b) SELECT i * 3, i, 'row ' || i FROM n`;
  for (const engine of [a, b]) engine.exec(fill);
  b.exec("UPDATE t SET b = 'other' WHERE rowid IN (3, 30000, 60000)");
  assert.deepEqual(unsure(a, b), [3, 30_000, 60_000]);
  a.exec("DELETE FROM t WHERE rowid % 2 = 0");
  assert.equal(unsure(a, b)?.length, 10_001);
  a.close();
  b.close();
});

Deno.test("a row with a number below 0, a table with a REAL column, WAL and UTF-16 are left to SQLite", async () => {
  using dir = tempDir();
  const plain = await made(dir.file("plain.db"), [{ id: 1, cells: ["1", "2"] }], 4_096, false);
  const negative = await made(dir.file("negative.db"), [{ id: -1, cells: ["1", "2"] }], 4_096, false);
  assert.equal(unsure(plain, negative), null);
  const make = async (name: string, sql: string) => {
    const engine = await openEngine(dir.file(name), { mode: "create" });
    engine.exec(sql);
    engine.close();
    return dir.file(name);
  };
  assert.equal(openPageFile(await make("wal.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (a)")), null);
  assert.equal(openPageFile(await make("wide.db", "PRAGMA encoding = 'UTF-16'; CREATE TABLE t (a)")), null);
  assert.equal(openPageFile(dir.file("none.db")), null);
  plain.exec("CREATE TABLE r (a REAL); CREATE TABLE g (a TEXT, b TEXT AS (a))");
  using pages = openPageFile(plain.path);
  using others = openPageFile(negative.path);
  assert.ok(pages !== null && others !== null);
  for (const name of ["r", "g", "no such table"]) assert.equal(recordTable(plain, pages, name), null);
  // Pages of another file than the one that SQLite has open.
  plain.exec("PRAGMA user_version = 1");
  assert.equal(recordTable(plain, others, "t"), null);
  plain.close();
  negative.close();
});

Deno.test("bytes that are damaged are never an endless walk: they are left to SQLite, or seen as rows that differ", () =>
  fc.assert(
    fc.asyncProperty(anyRows, fc.nat(), fc.nat(255), async (rows, place, byte) => {
      using dir = tempDir();
      const a = await made(dir.file("a.db"), rows, 512, false);
      const b = await made(dir.file("b.db"), rows, 512, false);
      const [one, other] = [a, b].map((engine) => engine.query("SELECT rootpage FROM sqlite_schema")[0]?.[0]);
      b.close();
      const bytes = Deno.readFileSync(dir.file("b.db"));
      const at = 512 + place % (bytes.length - 512);
      bytes[at] = byte;
      Deno.writeFileSync(dir.file("b.db"), bytes);
      using pagesA = openPageFile(a.path);
      using pagesB = openPageFile(b.path);
      assert.ok(pagesA !== null && pagesB !== null);
      const places = new Map([["a", 0], ["b", 1]]);
      const pairs = [0, 1].map((at) => ({ a: at, b: at, onlyNull: false }));
      unsureRows({ a: pagesA, b: pagesB }, { root: Number(one), places }, { root: Number(other), places }, pairs);
      a.close();
    }),
    { numRuns: timesAsked(15) },
  ));
