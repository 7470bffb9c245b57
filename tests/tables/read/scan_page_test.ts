/** A page read from its text is the page that the parser gives, or is left to the parser. */
import assert from "node:assert/strict";
import { columnKind } from "../../../lib/schema/model/column_kind.ts";
import { decodeParsed } from "../../../lib/tables/read/page.ts";
import { type TableReader, tableReader } from "../../../lib/tables/read/table_reader.ts";
import { scanPage } from "../../../lib/tables/read/scan_page.ts";
import { LongReply, longReply } from "../../../lib/uplink/reply_text.ts";
import { type ReplyText } from "../../../lib/uplink/reply.ts";
import { fc } from "../../deps.ts";
import { assertSame, partsOf } from "../../fixtures/texts/read_pages.ts";
import { oddPages, spoiledPages, usualPages } from "../../fixtures/texts/page_texts.ts";
import { column } from "../../schema/builders.ts";
import { serverTexts, transcripts } from "../../fixtures/files/transcripts.ts";
import { timesAsked } from "../../fixtures/running/times_asked.ts";

Deno.test("a page as a server sends it is read from its text, unless a number or a key in it is odd", () => {
  let scanned = 0;
  let pages = 0;
  fc.assert(
    fc.property(usualPages, (page) => {
      const parts = partsOf(page.text);
      assert.ok(parts !== null);
      pages++;
      if (scanPage(page.reader, parts) !== null) scanned++;
      assertSame(page);
    }),
    { numRuns: 400 },
  );
  assert.ok(scanned > pages / 2, `${scanned} of ${pages}`);
});

Deno.test("a page with values that fit no column reads the same in both ways", () => {
  fc.assert(fc.property(oddPages, assertSame), { numRuns: timesAsked(200) });
});

Deno.test("a page in which characters were changed is never read from its text as what it does not say", () => {
  fc.assert(fc.property(spoiledPages, assertSame), { numRuns: timesAsked(300) });
});

Deno.test({
  name: "pages of a real server are read from their text",
  ignore: transcripts === null,
  fn: () => {
    let pages = 0;
    for (const name of transcripts ?? []) {
      for (const text of serverTexts(name)) {
        const page = realPage(text);
        if (page === null) continue;
        pages++;
        const scanned = scanPage(page.reader, page.parts);
        assert.ok(scanned !== null, `${name}: ${text.slice(0, 300)}`);
        assert.deepEqual(scanned, decodeParsed(page.reader, new LongReply(page.parts)), name);
      }
    }
    assert.ok(pages > 5, `${pages} pages`);
  },
});

/** A reply to `search.next_page`, whose response has three parts, and a reader of the columns that it has. */
function realPage(text: string): { readonly reader: TableReader; readonly parts: ReplyText } | null {
  if (!text.startsWith('{"response":[[')) return null;
  const frame = JSON.parse(text);
  const parts = longReply(text, frame.id, 0)?.parts;
  const [ids, , data] = frame.response;
  if (parts === undefined || frame.response.length !== 3 || ids.length === 0 || typeof data !== "object") return null;
  const viewKey = Object.keys(data).find((key) => ids.every((id: number) => Array.isArray(data[key].rows[id])));
  if (viewKey === undefined) return null;
  const { cols, cache } = data[viewKey].spec;
  const columns = cols.filter((_: unknown, i: number) => cache[i] === 1).map(
    ({ name, type, table_id }: { name: string; type: string; table_id?: number }) =>
      column(name, columnKind(type), { declaredType: type, targetId: table_id ?? null }),
  );
  return { reader: tableReader({ name: "t", id: 12, viewKey, capability: null }, columns), parts };
}
