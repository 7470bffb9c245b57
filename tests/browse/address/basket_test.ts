/** Baskets and places in an address: whatever is in them comes back, and whatever else is there is left out. */
import assert from "node:assert/strict";
import { fc } from "../../deps.ts";
import {
  type Basket,
  basketText,
  MAX_PICKED,
  readBasket,
  withoutPicked,
  withPicked,
} from "../../../lib/browse/address/basket.ts";
import { hrefOf, readPlace } from "../../../lib/browse/address/place.ts";
import { readGridView, viewQuery } from "../../../lib/browse/address/grid_view.ts";

const anyRow = fc.record({
  night: fc.constantFrom("20261101T020700Z", "20261102T020700Z-2", "file"),
  table: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  row: fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n }).map(String),
}, { noNullPrototype: true });

Deno.test("a basket comes back from its text, row by row, each once", () => {
  fc.assert(fc.property(fc.array(anyRow, { maxLength: 40 }), (rows) => {
    const basket = withPicked([], rows);
    const byNight = (one: Basket) => [...Map.groupBy(one, ({ night }) => night).values()].flat();
    assert.deepEqual(readBasket(basketText(basket)), byNight(basket));
    for (const row of rows) {
      assert.ok(!withoutPicked(basket, row).some((one) => basketText([one]) === basketText([row])));
    }
  }));
});

Deno.test("any text is a basket, a place and a view: what is not understood is left out", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 50 }), (text, name) => {
    for (const row of readBasket(text)) assert.match(basketText([row]), /^[0-9A-Za-z-]+~\d+\.\d+$/);
    const query = new URLSearchParams([["basket", text], ["at", text], ["sort", text], [name, text], ["after", text]]);
    readPlace(query);
    const view = readGridView(query);
    const written = viewQuery(view);
    const again = new URLSearchParams(
      Object.entries(written).flatMap(([key, value]) => value === null ? [] : [[key, String(value)]]),
    );
    assert.deepEqual(readGridView(again), view);
  }));
});

Deno.test("a basket holds so many rows and no more, and its address stays short enough for a browser", () => {
  const rows = Array.from({ length: MAX_PICKED + 5 }, (_, at) => ({
    night: "20261101T020700Z",
    table: 123_456,
    row: String(10_000_000_000 + at),
  }));
  const basket = withPicked([], rows);
  assert.equal(basket.length, MAX_PICKED);
  assert.ok(hrefOf({ night: null, basket }, ["basket"]).length < 32_000);
});

Deno.test("an address encodes its segments and values, and keeps the reader's place", () => {
  const place = { night: "20261101T020700Z", basket: [{ night: "file", table: 1, row: "2" }] };
  assert.equal(
    hrefOf(place, ["table", "a/b?c"], { q: `"<>&`, none: null, empty: "" }),
    "/table/a%2Fb%3Fc?q=%22%3C%3E%26&at=20261101T020700Z&basket=file%7E1.2",
  );
});
