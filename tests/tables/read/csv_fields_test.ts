/** How fields of an export are picked out while it arrives, in pieces cut anywhere. */
import assert from "node:assert/strict";
import { CsvFields } from "../../../lib/tables/read/csv_fields.ts";
import { fc } from "../../deps.ts";
import { anyCharacter } from "../../fixtures/texts/any_character.ts";

const encoder = new TextEncoder();

/** A CSV in the server's manner: no line break at its end. */
function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(",")).join("\n");
}

/** What is kept of a text that comes in pieces of these lengths, again and again. */
function pick(text: string, lengths: readonly number[], row: string, columns: readonly string[]) {
  const taken: (readonly [string, string, string])[] = [];
  const fields = new CsvFields({
    row: (id) => id === row,
    columns: new Set(columns),
    take: (...field) => taken.push(field),
  });
  const bytes = encoder.encode(text);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    // The buffer is overwritten afterwards, as a network's may be.
    const piece = bytes.slice(at, at + length);
    fields.chunk(piece);
    piece.fill(0);
    at += length;
  }
  fields.end();
  return taken;
}

Deno.test("any field of any row is read as it was written, wherever the export is cut", () => {
  const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.array(
      fc.array(fc.string({ unit: anyCharacter }).filter((text) => text.isWellFormed()), {
        minLength: width,
        maxLength: width,
      }),
      { minLength: 1, maxLength: 6 },
    )
  );
  const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(table, lengths, fc.nat(5), fc.nat(4), (rows, lengths, which, column) => {
    const width = rows[0]?.length ?? 0;
    const names = Array.from({ length: width }, (_, i) => `c${i}`);
    const [at, name] = [which % rows.length, `c${column % width}`];
    const text = csv([["ID", ...names], ...rows.map((cells, i) => [`[1,${i}]`, ...cells])]);
    assert.deepEqual(pick(text, lengths, `[1,${at}]`, [name]), [[`[1,${at}]`, name, rows[at]?.[column % width]]]);
  }));
});

Deno.test("bare fields, empty ones and one column of a name that comes twice are read too", () => {
  const text = '"ID","n","m","n"\n"[1,7]",12,#MEDIA,13\n"[1,8]",,"",';
  assert.deepEqual(pick(text, [3], "[1,7]", ["n", "m"]), [["[1,7]", "n", "12"], ["[1,7]", "m", "#MEDIA"]]);
  assert.deepEqual(pick(text, [1], "[1,8]", ["n", "m"]), [["[1,8]", "n", ""], ["[1,8]", "m", ""]]);
  assert.deepEqual(pick('"ID","n"', [5], "[1,8]", ["n"]), []);
});

Deno.test("bytes that are not UTF-8 are an error, no text with other characters in it", () => {
  const fields = new CsvFields({ row: () => true, columns: new Set(["n"]), take: () => {} });
  fields.chunk(encoder.encode('"ID","n"\n"[1,1]","'));
  fields.chunk(new Uint8Array([0xff, 0x22]));
  assert.throws(() => fields.end(), TypeError);
});

Deno.test("an export that is cut within a quoted field gives nothing of that field", () => {
  const text = '"ID","t"\n"[1,1]","a long ""text"" in quotes"';
  for (let cut = text.indexOf('"a') + 1; cut < text.length; cut++) {
    const taken: string[] = [];
    const fields = new CsvFields({
      row: () => true,
      columns: new Set(["t"]),
      take: (_row, _column, field) => taken.push(field),
    });
    fields.chunk(encoder.encode(text.slice(0, cut)));
    fields.end();
    // Behind the first of two quotes nobody can know that the second is missing.
    if (text[cut - 1] !== '"') assert.deepEqual(taken, [], text.slice(0, cut));
  }
});
