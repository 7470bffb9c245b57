/** A real PostgreSQL takes dumps and direct exports: every cell, link, junction and medium is as in the app. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connectPostgres } from "../../../lib/builtin/postgres_client.ts";
import { type ArchiveContent, buildArchive } from "../../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import type { TableLayout } from "../../../lib/ddl/archive_layout.ts";
import { type Cell, numberText } from "../../../lib/value/cell.ts";
import { fc } from "../../deps.ts";
import { anyApp } from "../../fixtures/apps/any_app.ts";
import { oddApp } from "../../fixtures/apps/odd_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { runHere } from "../../fixtures/running/program_here.ts";
import { plansOf } from "../read_back.ts";
import { type PostgresServer, startPostgres } from "./programs.ts";

/** Tables of a run's summary. */
interface Summary {
  readonly tables: readonly { readonly name: string; readonly file: string }[];
}

let databases = 0;

/** Exports an app into a database of its own, by both ways in turn, and compares. */
async function assertArrives(server: PostgresServer, dir: TempDir, app: ArchiveContent): Promise<void> {
  const path = dir.file(`app${databases}.sqlite`);
  await buildArchive(path, app);
  for (const way of ["dump", "direct"]) {
    const name = `db${databases++}`;
    await server.createDatabase(name);
    const sql = dir.file(`${name}.sql`);
    const args = way === "dump" ? ["-o", sql] : ["--to", server.url(name)];
    const { code, out, err } = await runHere(["export", path, "--format", "postgres", "--json", ...args]);
    assert.equal(code, 0, err);
    if (way === "dump") await server.psql(name, "-f", sql);
    const { tables } = JSON.parse(out) as Summary;
    for (const [i, plan] of (await plansOf(path)).entries()) {
      await compare(server, name, tables[i]?.file ?? "", plan, app);
    }
  }
}

async function compare(
  server: PostgresServer,
  database: string,
  table: string,
  plan: TableLayout,
  app: ArchiveContent,
) {
  const sql = connectPostgres({ host: "127.0.0.1", port: server.port, database, user: "postgres", max: 1, types: {} });
  // Everything but bytes as the server shows it.
  for (const type of [16, 20, 114, 1016, 1082, 1184, 1700]) sql.options.parsers[type] = (text: unknown) => text;
  try {
    await sql.unsafe("SET timezone = 'UTC'");
    const rows = await sql.unsafe(`SELECT * FROM "${table.replaceAll('"', '""')}" ORDER BY 1`).values();
    const expected = app.rows.get(plan.table.name) ?? [];
    assert.equal(rows.length, expected.length);
    for (const [r, { id, cells }] of expected.entries()) {
      const [rowId, ...values] = rows[r] ?? [];
      assert.equal(String(rowId), id);
      for (const [c, { kind }] of plan.table.columns.entries()) {
        const cell = cells[c] ?? null;
        const value = values.shift();
        const original = kind === "datetime" ? values.shift() : null;
        const shown = `${plan.table.name}.${plan.table.columns[c]?.name} of ${id}`;
        if (cell === null) assert.equal(value, null, shown);
        else if (kind === "datetime") assert.equal(original, cell, shown);
        else if (kind === "media") await compareMedium(sql, value, app, cell, shown);
        else if (typeof cell === "number") assert.ok(Number(value) === cell, `${shown}: ${value}, ${cell}`);
        else assert.equal(Array.isArray(value) ? `{${value.join()}}` : String(value), wanted(kind, cell), shown);
        if (kind === "datetime" && cell !== null) assertSameMoment(String(value), String(cell), shown);
      }
    }
  } finally {
    await sql.end();
  }
}

/** A cell as PostgreSQL shows it. */
function wanted(kind: string, cell: Exclude<Cell, null>): string {
  if (kind === "bool") return cell === 1n ? "t" : "f";
  if (kind === "link_single") return String(cell).replace(/^\[\d+,(\d+)\]$/, "$1");
  if (kind === "link_multiple") {
    const links: readonly string[] = JSON.parse(String(cell));
    return `{${links.map((link) => link.replace(/^\[\d+,(\d+)\]$/, "$1")).join(",")}}`;
  }
  return kind === "number" ? numberText(cell) : String(cell);
}

async function compareMedium(
  sql: ReturnType<typeof connectPostgres>,
  id: unknown,
  { media }: ArchiveContent,
  cell: Exclude<Cell, null>,
  shown: string,
) {
  const [found] = await sql.unsafe(
    "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attname = 'bytes' AND a.atttypid = 17",
  );
  const [row] = await sql.unsafe(`SELECT name, content_type, bytes FROM "${found?.["relname"]}" WHERE id = ${id}`);
  const medium = media[Number(cell) - 1];
  assert.deepEqual([row?.["name"], row?.["content_type"]], [medium?.name, medium?.contentType], shown);
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  assert.equal(sha256(row?.["bytes"]), sha256(medium?.bytes ?? new Uint8Array()), shown);
}

/** To the microsecond. */
function assertSameMoment(value: string, cell: string, shown: string): void {
  const [, year = "", rest = "", era = ""] = /^(\d+)-(.*?)\+00( BC)?$/.exec(value) ?? [];
  const y = era === "" ? Number(year) : 1 - Number(year);
  const iso = `${y < 0 || y > 9999 ? `+${String(y).padStart(6, "0")}` : String(y).padStart(4, "0")}-${
    rest.replace(" ", "T")
  }`;
  const [whole = "", fraction = ""] = iso.split(".");
  assert.equal(Date.parse(`${whole}Z`), Date.parse(`${cell.slice(0, 19)}${cell.slice(26)}`), shown);
  assert.equal(fraction.padEnd(6, "0"), cell.slice(20, 26), shown);
}

Deno.test("PostgreSQL takes exports, as dumps and directly", async (t) => {
  using dir = tempDir();
  await using server = await startPostgres(dir);

  await t.step("the demo's app, with keys that hold", async () => {
    await assertArrives(server, dir, sampleApp());
    const keys = await server.psql(
      "db1",
      "-c",
      "SELECT count(*), bool_and(convalidated), bool_and(condeferrable) FROM pg_constraint WHERE contype = 'f'",
    );
    assert.equal(keys.trim(), "10|t|t");
    const links = await server.psql(
      "db1",
      "-c",
      "SELECT count(*) FROM orders__items JOIN books ON books.row_id = target_row_id",
    );
    assert.equal(links.trim(), "300");
  });

  await t.step("an app with every oddity", async () => await assertArrives(server, dir, oddApp()));

  await t.step("any app", async () => {
    await fc.assert(fc.asyncProperty(anyApp, (app) => assertArrives(server, dir, app)), {
      numRuns: 8,
      endOnFailure: true,
    });
  });

  await t.step("hostile names and texts run nothing", async () => {
    await assertArrives(
      server,
      dir,
      smallApp({
        'a"; DROP TABLE x; --': {
          columns: { "b\n\\! touch /tmp/anvil-evil": "string" },
          rows: [["\\.\n\\! touch /tmp/anvil-evil"]],
        },
        ["é".repeat(40)]: {
          columns: { ["é".repeat(40) + "1"]: "string", ["é".repeat(40) + "2"]: "string", ctid: "string" },
          rows: [["1", "2", "3"]],
        },
      }),
    );
    assert.throws(() => Deno.statSync("/tmp/anvil-evil"), Deno.errors.NotFound);
  });

  await t.step("a second export into the same database changes nothing, and ends with 21", async () => {
    await buildArchive(dir.file("small.sqlite"), smallApp({ books: { columns: { a: "string" }, rows: [["other"]] } }));
    const { code, err } = await runHere(["export", dir.file("small.sqlite"), "-q", "--to", server.url("db1")]);
    assert.deepEqual([code, /has it already/.test(err)], [21, true]);
    assert.equal((await server.psql("db1", "-c", "SELECT count(*) FROM books")).trim(), "11");
  });

  await t.step("Ctrl-C in the middle leaves nothing in the server, and ends with 130", async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => [`row ${i} `.repeat(10)]);
    await buildArchive(dir.file("long.sqlite"), smallApp({ long: { columns: { a: "string" }, rows } }));
    await server.createDatabase("stopped");
    const { code } = await runHere(["export", dir.file("long.sqlite"), "--to", server.url("stopped")], {
      errIsTerminal: true,
      stopAt: "long",
    });
    assert.equal(code, 130);
    assert.equal(
      (await server.psql("stopped", "-c", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).trim(),
      "0",
    );
  });
});
