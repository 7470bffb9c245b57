/** Any app goes into each format that promises it, and comes back. */
import assert from "node:assert/strict";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { openEngine } from "../../lib/sqlite/open_engine.ts";
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { asOneKind, csvRows, expectedRows, jsonlRows, parquetRows, plainRows, plansOf } from "./read_back.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const RUNS = timesAsked(8);

/** What a format's rows of one table are, by their place in its summary. */
interface Described {
  readonly name: string;
  readonly file: string;
}

async function roundTrip(format: string, output: string, look: Look) {
  await fc.assert(
    fc.asyncProperty(anyApp, async (app) => {
      using dir = tempDir();
      await buildArchive(dir.file("app.sqlite"), app);
      const { code, out, err } = await runHere(
        ["export", dir.file("app.sqlite"), "--format", format, "-o", dir.file(output), "--json", "--check"],
      );
      assert.equal(code, 0, err);
      const { tables } = JSON.parse(out) as { tables: readonly Described[] };
      const plans = await plansOf(dir.file("app.sqlite"));
      for (const [i, plan] of plans.entries()) {
        const file = tables[i]?.file ?? "";
        await look(dir.file(output), file, plan, expectedRows(app, plan));
      }
    }),
    { numRuns: RUNS },
  );
}

type Look = (
  output: string,
  file: string,
  plan: Awaited<ReturnType<typeof plansOf>>[number],
  expected: ReturnType<typeof expectedRows>,
) => void | Promise<void>;

Deno.test("any app goes into CSV and comes back", async () => {
  await roundTrip("csv", "tables", (output, file, plan, expected) => {
    assert.deepEqual(csvRows(Deno.readTextFileSync(`${output}/${file}`), plan), expected);
  });
});

Deno.test("any app goes into JSON lines and comes back", async () => {
  await roundTrip("jsonl", "tables", (output, file, plan, expected) => {
    assert.deepEqual(jsonlRows(Deno.readTextFileSync(`${output}/${file}`), plan), expected);
  });
});

Deno.test("any app goes into Parquet and comes back", async () => {
  await roundTrip("parquet", "tables", async (output, file, plan, expected) => {
    const bytes = Deno.readFileSync(`${output}/${file}`);
    assert.deepEqual(await parquetRows(bytes, plan), asOneKind(expected));
  });
});

Deno.test("any app goes into a plain SQLite file and comes back", async () => {
  await roundTrip("sqlite", "plain.sqlite", async (output, file, plan, expected) => {
    const engine = await openEngine(output, { mode: "read" });
    const [media] = engine.query("SELECT name FROM sqlite_schema WHERE sql LIKE '%sha256 TEXT,%bytes BLOB%'");
    assert.deepEqual(plainRows(engine, plan, file, String(media?.[0])), asOneKind(expected));
    assert.deepEqual(engine.query("PRAGMA integrity_check"), [["ok"]]);
    engine.close();
  });
});
