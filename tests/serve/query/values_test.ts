/** Values on their way in and out: what each kind of column takes, how it is stored, and how it comes back. */
import assert from "node:assert/strict";
import { STORAGE_STYLES, type StorageStyle } from "../../../lib/serve/app/snapshot.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { date, datetime, float, long, number, ref, served, Upload, Wire } from "../../fixtures/serving/serve_client.ts";
import { REFUSED } from "../../fixtures/serving/refused_values.ts";

const KINDS = [
  "string",
  "number",
  "bool",
  "date",
  "datetime",
  "simpleObject",
  "media",
  "link_single targets",
  "link_multiple targets",
];

/** A writable app with one column of each kind. */
async function writable(storage: StorageStyle) {
  const columns = Object.fromEntries(KINDS.map((kind) => [kind.split(" ")[0] ?? "", kind]));
  const serving = await served(
    { storage, writable: true },
    smallApp({ targets: { columns: { name: "string" }, rows: [["a"]] }, things: { columns, rows: [] } }),
  );
  const { client } = serving;
  const [things, targets] = [await client.table("things"), await client.table("targets")];
  return {
    client,
    things,
    target: ref(targets.row(1)),
    /** Writes a cell and reads it back. */
    through: async (kind: string, value: unknown) => {
      const [id] = await client.call("table.add_row", [things, { [kind]: value }, null, null]) as unknown[];
      const cell = (await client.row(things, Number(id)))[kind];
      return cell instanceof Wire ? cell.fields["value"] : cell;
    },
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  };
}

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: what is written comes back`, async () => {
    await using at = await writable(storage);
    assert.equal(await at.through("string", 'é \u0001 😀 / \\ "'), 'é \u0001 😀 / \\ "');
    assert.equal(await at.through("bool", false), false);
    assert.equal(await at.through("date", date("0001-01-01")), "0001-01-01");
    assert.equal(
      await at.through("datetime", datetime("2024-03-04 05:06:07.000008-0930")),
      "2024-03-04 05:06:07.000008-0930",
    );
    assert.equal(await at.through("datetime", datetime("2024-03-04 05:06:07+0000")), "2024-03-04 05:06:07.000000+0000");
    const object = { a: [1, null, { "": "x" }], b: true };
    assert.deepEqual(await at.through("simpleObject", object), object);
    assert.equal(await at.through("link_single", at.target), 1);
    assert.deepEqual(await at.through("link_multiple", [at.target, at.target]), [1, 1]);
    assert.deepEqual(await at.through("link_multiple", []), []);
    assert.deepEqual(await at.through("link_multiple", null), storage === "split" ? [] : null);
    for (const kind of KINDS.slice(0, 8)) assert.equal(await at.through(kind.split(" ")[0] ?? "", null), null);
  });

  Deno.test(`${storage}: values of another kind are refused with the column's name, and nothing is written`, async () => {
    await using at = await writable(storage);
    for (const [kind, values] of Object.entries(REFUSED)) {
      for (const value of values) {
        const { type, message } = await at.client.failure("table.add_row", [at.things, { [kind]: value }]);
        assert.equal(type, "anvil.tables.TableError", `${kind}: ${JSON.stringify(value)}`);
        assert.match(message, new RegExp(kind), message);
      }
    }
    const other = ref(at.things.row(1));
    for (const wrong of [{ link_single: other }, { link_multiple: [other] }, { link_multiple: [1] }]) {
      assert.equal((await at.client.failure("table.add_row", [at.things, wrong])).type, "anvil.tables.TableError");
    }
    assert.equal(await at.client.call("search.get_length", [at.things]), 0);
  });

  Deno.test(`${storage}: dates and datetimes that are none are internal errors`, async () => {
    await using at = await writable(storage);
    for (const value of [date("2024-02-30"), date("yesterday")]) {
      assert.match(
        (await at.client.failure("table.add_row", [at.things, { date: value }])).message,
        /^Internal server error/,
      );
    }
    for (
      const text of [
        "2024-01-01 00:00:00",
        "2024-01-01 00:00:00Z",
        "2024-01-01 00:00:00+01:00",
        "2024-02-30 00:00:00+0000",
      ]
    ) {
      const failure = await at.client.failure("table.add_row", [at.things, { datetime: datetime(text) }]);
      assert.match(failure.message, /^Internal server error: [0-9a-f]{12}$/, text);
    }
  });
}

Deno.test("classic: numbers are exact decimals, 1 and 1.0 apart", async () => {
  await using at = await writable("classic");
  const raw = async (value: unknown) => {
    const [id] = await at.client.call("table.add_row", [at.things, { number: value }]) as unknown[];
    const { response } = await at.client.connection.call({
      command: "anvil.private.tables.v2.row.fetch",
      args: [null, ["number"]],
      objects: [{ ...at.things.row(Number(id)).fields, path: ["args", 0] } as never],
    });
    return JSON.stringify(response);
  };
  assert.match(await raw(number("1")), /\[1,/);
  assert.match(await raw(number("1.0")), /\[.*1\.0.*,/);
  assert.match(await raw(long("123456789012345678901234567890")), /123456789012345678901234567890/);
  assert.match(await raw(number("1e22")), /10000000000000000000000/);
  assert.match(await raw(number("1e23")), /100000000000000000000000/);
  assert.match(await raw(number("9007199254740993")), /9007199254740993/);
  assert.match(await raw(number("-0.0")), /\[.*0\.0/);
  assert.equal(
    (await at.client.failure("table.add_row", [at.things, { number: number("1e400") }])).type,
    "anvil.tables.TableError",
  );
});

Deno.test("split: numbers are doubles, written with the shortest digits that PostgreSQL finds", async () => {
  await using at = await writable("split");
  assert.equal(await at.through("number", number("1.0")), 1);
  assert.equal(await at.through("number", long("9007199254740993")), 9_007_199_254_740_992n);
  assert.equal(await at.through("number", number("-0.0")), 0);
  assert.equal(await at.through("number", number("1e23")), 99_999_999_999_999_990_000_000n);
  assert.equal(await at.through("number", number("1e22")), 10_000_000_000_000_000_000_000n);
  assert.equal(await at.through("number", number("91987338212952192")), 91_987_338_212_952_190n);
  assert.equal(await at.through("number", number("0.1")), 0.1);
  const failure = await at.client.failure("table.add_row", [at.things, { number: number("1e400") }]);
  assert.match(failure.message, /^Internal database error: ERROR: "1e400" is out of range/);
});

Deno.test("text that PostgreSQL does not hold: NUL is refused, a lone surrogate too or in split storage is made a ?", async () => {
  await using classic = await writable("classic");
  await using split = await writable("split");
  for (const at of [classic, split]) {
    for (
      const values of [{ string: "a\0b" }, { simpleObject: ["a\0b"] }, { simpleObject: { "a\0b": 1 } }, {
        simpleObject: "\ud800",
      }]
    ) {
      const failure = await at.client.failure("table.add_row", [at.things, values]);
      assert.match(failure.message, /^Internal database error: ERROR: /, JSON.stringify(values));
    }
  }
  assert.match(
    (await classic.client.failure("table.add_row", [classic.things, { string: "\ud800" }])).message,
    /surrogate/,
  );
  assert.equal(await split.through("string", "a\ud800b"), "a?b");
});

Deno.test("floats beyond JSON are refused, also deep in an object", async () => {
  await using at = await writable("classic");
  for (const name of ["NaN", "Infinity", "-Infinity"]) {
    assert.equal(
      (await at.client.failure("table.add_row", [at.things, { number: float(name) }])).type,
      "anvil.tables.TableError",
    );
    assert.match(
      (await at.client.failure("table.add_row", [at.things, { simpleObject: { a: [float(name)] } }])).message,
      /^Internal server error/,
    );
  }
});

Deno.test("a medium is not a simple object, nor is a date within one", async () => {
  await using at = await writable("classic");
  for (const value of [new Upload(new Uint8Array([1])), date("2024-01-01"), { a: date("2024-01-01") }, [at.target]]) {
    assert.equal(
      (await at.client.failure("table.add_row", [at.things, { simpleObject: value }])).type,
      "anvil.tables.TableError",
    );
  }
});
