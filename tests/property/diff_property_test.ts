/** Any two nights of any app: what differs is told, judged by an oracle of its own. */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import type { WritableRow } from "../../lib/archive/rows/row_writer.ts";
import type { RowChange } from "../../lib/diff/archives/row_changes.ts";
import { canonicalJson, parseExact } from "../../lib/json/exact_json.ts";
import type { Cell } from "../../lib/value/cell.ts";
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { differences } from "../fixtures/files/compared_content.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** What a cell says, by rules of the oracle's own: numbers by kind and digits, objects by meaning, media by what they are. */
function meaning(kind: string, cell: Cell, { media }: ArchiveContent): string {
  if (cell === null) return "None";
  if (kind === "media") {
    const { name, contentType, bytes } = media[Number(cell) - 1] ?? {};
    return JSON.stringify([name ?? null, contentType ?? null, bytes?.toHex()]);
  }
  if (kind === "simpleObject") return canonicalJson(parseExact(String(cell)));
  return `${typeof cell} ${Object.is(cell, -0) ? "-0" : cell}`;
}

/** What becomes of each row: kept, deleted, or given another row's cell in one column. */
const anyFate = fc.record({ fate: fc.constantFrom("keep", "delete", "change", "add"), of: fc.nat(), column: fc.nat() });

Deno.test("any two nights of any app: each row and cell that differs is told, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(anyApp, fc.array(anyFate, { minLength: 1, maxLength: 30 }), async (a, fates) => {
      let at = 0;
      const expected = new Map<string, string>();
      const rows = new Map([...a.rows].map(([name, list]) => {
        const index = a.schema.tables.findIndex((one) => one.name === name);
        const columns = a.schema.tables[index]?.columns ?? [];
        const later = list.flatMap((row): readonly WritableRow[] => {
          const { fate, of, column: at_ } = fates[at++ % fates.length] ?? { fate: "keep", of: 0, column: 0 };
          const key = `[${index + 1},${row.id}]`;
          if (fate === "delete") {
            expected.set(key, "deleted");
            return [];
          }
          const i = columns.length === 0 ? 0 : at_ % columns.length;
          const cell = list[of % list.length]?.cells[i] ?? null;
          const [changed, kind] = [columns[i], columns[i]?.kind ?? ""];
          if (fate !== "change" || changed === undefined) return [row];
          if (meaning(kind, cell, a) !== meaning(kind, row.cells[i] ?? null, a)) {
            expected.set(key, `changed ${changed.name}`);
          }
          return [{ id: row.id, cells: row.cells.with(i, cell) }];
        });
        const [first] = list;
        const added = first === undefined ? [] : fates.filter(({ fate }) => fate === "add").slice(0, 2).map((_, n) => {
          const id = String((index + 1) * 100 + 50 + n);
          expected.set(`[${index + 1},${id}]`, "added");
          return { id, cells: first.cells };
        });
        return [name, [...later, ...added]] as const;
      }));
      const list = await differences(a, { ...a, rows });
      const found = list.filter((one): one is RowChange => one.kind === "row");
      const words = found.map(({ row, change, cells }) =>
        [row, change === "changed" ? `changed ${cells.map((cell) => cell.column.name).join()}` : change] as const
      );
      assert.deepEqual(new Map(words), expected);
      const sum = list.reduce((n, one) => one.kind === "table" ? n + one.added + one.deleted + one.changed : n, 0);
      assert.equal(sum, expected.size);
      assert.deepEqual(await differences(a, a, { trustDigests: false }), []);
    }),
    { numRuns: timesAsked(12) },
  );
});
