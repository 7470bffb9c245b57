/** What a range of a table asks for, and what it takes of the pages that come, in whatever order. */
import assert from "node:assert/strict";
import { fc } from "../../deps.ts";
import { type PageRequest, RowRange } from "../../../lib/backup/copy/row_range.ts";
import type { Page } from "../../../lib/tables/read/table_reader.ts";

/** A server's page of a table with just these ids. */
function pageOf(ids: readonly number[], { after, rows }: PageRequest): Page {
  const left = ids.filter((id) => id > Number(after ?? "0"));
  const page = left.slice(0, rows).map((id) => ({ id: String(id), cells: [] }));
  return { rows: page, more: page.length === rows, bytes: 100, plain: true, unread: [] };
}

/** Ids from 1 to `count`. */
const dense = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** A range of a table, and the ids that it has had written. */
function reading(ids: readonly number[]) {
  const range = new RowRange(null, null);
  const written: number[] = [];
  const arrive = (request: PageRequest, page: Page | null = pageOf(ids, request)) => {
    for (const taken of range.arrived(request, page)) written.push(...taken.page.rows.map(({ id }) => Number(id)));
  };
  return { range, written, arrive };
}

Deno.test("the next page is asked for before the last has come, where every id has a row", () => {
  const { range, arrive } = reading(dense(100));
  const first = range.ask(10);
  assert.equal(range.asksMore, false);
  arrive(first);
  const requests = [range.ask(10), range.ask(10), range.ask(10)];
  assert.deepEqual(requests.map(({ after }) => after), ["10", "20", "30"]);
  assert.equal(range.asksMore, true);
  assert.equal(range.hasGaps, false);
});

Deno.test("one page is asked for at once where ids are missing, and the range says so", () => {
  const { range, arrive } = reading(dense(100).filter((id) => id % 2 === 0));
  arrive(range.ask(10));
  assert.equal(range.hasGaps, false);
  range.ask(10);
  assert.equal(range.asksMore, false);
  assert.equal(range.hasGaps, true);
});

Deno.test("pages are written in the order of their rows, whatever the order in which they come", () => {
  const { range, arrive, written } = reading(dense(40));
  arrive(range.ask(10));
  const [second, third] = [range.ask(10), range.ask(10)];
  arrive(third);
  assert.deepEqual(written, dense(10));
  assert.equal(range.after, "10");
  arrive(second);
  assert.deepEqual(written, dense(30));
  assert.equal(range.after, "30");
});

Deno.test("rows that come twice, since a page went further than was known, are written once", () => {
  const ids = dense(100).filter((id) => id !== 15);
  const { range, arrive, written } = reading(ids);
  arrive(range.ask(10));
  const [second, third] = [range.ask(10), range.ask(10)];
  arrive(second);
  assert.equal(range.after, "21");
  assert.equal(third.after, "20");
  arrive(third);
  assert.deepEqual(written, ids.slice(0, 29));
});

Deno.test("what was asked for behind a page that brought nothing is asked for again", () => {
  const { range, arrive, written } = reading(dense(50));
  arrive(range.ask(10));
  const [second, third] = [range.ask(10), range.ask(10)];
  arrive(second, null);
  assert.equal(range.asksMore, false);
  arrive(third);
  assert.deepEqual(written, dense(10));
  assert.equal(range.ask(5).after, "10");
});

Deno.test("any table is written whole, once and by ascending id, whatever comes when, fails or is split", () => {
  const table = fc.uniqueArray(fc.integer({ min: 1, max: 30_000 }), { maxLength: 300 });
  const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 80 })), {
    maxLength: 4,
  });
  const chance = fc.infiniteStream(fc.nat(1_000));
  fc.assert(
    fc.property(table, runs, chance, (single, runs, chance) => {
      const ids = [...new Set([...single, ...runs.flatMap(([from, count]) => dense(count).map((i) => from + i))])];
      ids.sort((a, b) => a - b);
      const ranges = [new RowRange(null, null)];
      const written = new Map(ranges.map((range) => [range, [] as number[]]));
      const pending: { range: RowRange; request: PageRequest }[] = [];
      const draw = (below: number) => Number(chance.next().value) % below;
      while (ranges.some(({ done }) => !done)) {
        const range = ranges[draw(ranges.length)] as RowRange;
        if (pending.length < 6 && range.asksMore) {
          pending.push({ range, request: range.ask(Math.min(1 + draw(20), range.idsLeft)) });
        }
        if (draw(20) === 0 && ranges.length < 3) {
          const upper = range.split(String(ids.at(-1) ?? 1));
          if (upper !== null) {
            ranges.push(upper);
            written.set(upper, []);
          }
        }
        if (pending.length === 0 || draw(2) === 0) continue;
        const [{ range: from, request }] = pending.splice(draw(pending.length), 1) as [typeof pending[number]];
        const page = draw(10) === 0 ? null : pageOf(ids, request);
        for (const { page: { rows } } of from.arrived(request, page)) {
          written.get(from)?.push(...rows.map(({ id }) => Number(id)));
        }
      }
      const all = [...written.values()].flat();
      for (const part of written.values()) assert.deepEqual(part, [...part].sort((a, b) => a - b));
      assert.deepEqual(all.sort((a, b) => a - b), ids);
    }),
    { numRuns: 500 },
  );
});
