/** Values on their way from a server into a file and out again, one by one. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { canonicalJson, isObject, type Json, parseExact, stringifyExact } from "../../lib/json/exact_json.ts";
import { cellDecoder, entryDecoder, isCell, plainWireValue, wireDatetime } from "../../lib/tables/cell_codec.ts";
import { numberText } from "../../lib/value/cell.ts";
import { isoFromWire } from "../../lib/value/datetime.ts";
import type { ColumnKind } from "../../lib/schema/model/column_kind.ts";
import { fc } from "../deps.ts";
import { anyJson, anyMoment, anyNumber, anyText } from "../fixtures/apps/any_app.ts";

/** A wire value as a cell in a STRICT table's column of the archive's type, read back. */
function stored(database: DatabaseSync, kind: ColumnKind, wire: Json) {
  const cell = kind === "datetime" && isObject(wire) ? entryDecoder(kind)(wire) : cellDecoder(kind, null)(wire);
  assert.ok(isCell(cell), stringifyExact(wire));
  database.prepare("UPDATE one SET any = ?, text = ?").run(cell, typeof cell === "string" ? cell : null);
  const statement = database.prepare("SELECT any, text FROM one");
  statement.setReadBigInts(true);
  const { any, text } = statement.get() ?? {};
  const value = typeof cell === "string" ? text : any;
  assert.deepEqual(value, cell);
  return cell;
}

Deno.test("any text, number, bool, object and datetime: wire, file and wire again are equal", () => {
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE one (any ANY, text TEXT) STRICT; INSERT INTO one VALUES (NULL, NULL)");
  const anyWire: fc.Arbitrary<readonly [ColumnKind, string]> = fc.oneof(
    anyText.map((text) => ["string", JSON.stringify(text)] as const),
    anyNumber.map((cell) => ["number", typeof cell === "number" ? numberText(cell) : String(cell)] as const),
    fc.boolean().map((value) => ["bool", String(value)] as const),
    anyJson.map((value) => ["simpleObject", stringifyExact(value)] as const),
  );
  fc.assert(
    fc.property(anyWire, ([kind, text]) => {
      const wire = parseExact(text);
      const back = plainWireValue(kind, stored(database, kind, wire));
      assert.equal(canonicalJson(back), canonicalJson(wire));
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(anyMoment, (moment) => {
      const wire = parseExact(JSON.stringify({ path: [], type: ["DateTime"], value: wireDatetime(moment) }));
      const cell = stored(database, "datetime", wire);
      assert.equal(isoFromWire(wireDatetime(String(cell))), moment);
    }),
    { numRuns: 500 },
  );
});
