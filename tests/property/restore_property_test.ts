/** Properties of whole restores over a real socket. */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { type Cell, numberCell } from "../../lib/value/cell.ts";
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { emptied, restoredApp } from "../fixtures/running/restored_app.ts";

/** Classic storage has no whole floats from 1e7 on: it writes them with an exponent, and keeps them as integers. */
function storedNumber(cell: Cell): Cell {
  if (typeof cell !== "number" || !Number.isInteger(cell) || Math.abs(cell) < 1e7) return cell;
  return numberCell(BigInt(cell).toString());
}

/** The app as a server holds it. */
function stored(content: ArchiveContent): ArchiveContent {
  const rows = new Map(
    content.schema.tables.map(({ name, columns }) => [
      name,
      (content.rows.get(name) ?? []).map(({ id, cells }) => ({
        id,
        cells: cells.map((cell, i) => columns[i]?.kind === "number" ? storedNumber(cell) : cell),
      })),
    ]),
  );
  return { ...content, rows };
}

Deno.test("restore(backup(x)) equals x up to the id map, for any app", async () => {
  await fc.assert(
    fc.asyncProperty(anyApp.map(stored), async (content) => {
      await using app = await restoredApp(content);
      const result = await app.apply();
      assert.equal(result.exitCode, 0, JSON.stringify(result.proof.differences));
      assert.deepEqual(result.proof.respelled, []);
      await app.assertEqual();
    }),
    { numRuns: 40 },
  );
});

Deno.test("restore(backup(x)) of an app without a row writes nothing, and leaves no id map", async () => {
  await using app = await restoredApp(emptied(sampleApp(), "ANYAPP"));
  const result = await app.apply();
  assert.deepEqual([result.exitCode, result.inserted, result.proof.rows], [0, 0, 0]);
  assert.ok(!app.dir.names().some((name) => name.includes("idmap")), app.dir.names().join(" "));
  await app.assertEqual();
});
