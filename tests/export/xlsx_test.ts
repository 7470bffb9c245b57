/** `export --format xlsx`: what is in the workbook, within the limits of Excel. `test:export` reads it by another program. */
import assert from "node:assert/strict";
import { SheetNames } from "../../lib/export/xlsx/workbook.ts";
import { unzipSync } from "../deps.ts";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";

async function exported(dir: TempDir, app: Parameters<typeof putArchive>[1]) {
  await putArchive(dir.file("app.sqlite"), app);
  const run = await runHere(["export", dir.file("app.sqlite"), "-o", dir.file("app.xlsx")]);
  const parts = unzipSync(Deno.readFileSync(dir.file("app.xlsx")));
  const part = (name: string) => new TextDecoder().decode(parts[name]);
  return { ...run, parts: Object.keys(parts), sheet: (n: number) => part(`xl/worksheets/sheet${n}.xml`), part };
}

/** The XML of a cell. */
function cell(xml: string, place: string): string {
  return new RegExp(`<c r="${place}".*?</c>`, "s").exec(xml)?.[0] ?? "nothing";
}

Deno.test("a workbook has dates and times as Excel counts them, and what it cannot count as text", async () => {
  using dir = tempDir();
  const app = smallApp({
    t: {
      columns: { d: "date", at: "datetime", n: "number", b: "bool", text: "string" },
      rows: [
        ["2024-02-29", "2024-03-04T05:06:07.500000+01:30", 1.5, 1n, "=1+1"],
        ["1899-12-31", "0001-01-01T00:00:00.000000+00:00", 123456789012345678n, 0n, ""],
        [null, null, -3n, null, "a\u0001b & <c> _x0041_ \r"],
      ],
    },
  });
  const { code, sheet } = await exported(dir, app);
  assert.equal(code, 0);
  const xml = sheet(1);
  assert.equal(cell(xml, "B2"), '<c r="B2" s="2"><v>45351</v></c>');
  assert.match(cell(xml, "C1"), /at \(UTC\)/);
  assert.equal(cell(xml, "C2"), '<c r="C2" s="3"><v>45355.15008680556</v></c>');
  assert.match(cell(xml, "B3"), /t="inlineStr".*1899-12-31/);
  assert.match(cell(xml, "C3"), /t="inlineStr".*0001-01-01T00/);
  assert.match(cell(xml, "D3"), /t="inlineStr".*123456789012345678/);
  assert.equal(cell(xml, "E2"), '<c r="E2" t="b"><v>1</v></c>');
  assert.match(cell(xml, "F2"), /t="inlineStr".*=1\+1/);
  assert.equal(cell(xml, "B4"), "nothing");
  assert.match(cell(xml, "F4"), /a_x0001_b &amp; &lt;c&gt; _x005F_x0041_ _x000D_</);
});

Deno.test("a text that is too long for Excel is cut, the run says which, and ends with 3", async () => {
  using dir = tempDir();
  const { code, err, sheet } = await exported(dir, oddApp());
  assert.equal(code, 3);
  assert.match(
    err,
    /Column 'text' of table 'all_types': 1 value is too long for the format, and is cut \(row \[5,108\]\)/,
  );
  assert.equal(/x{32766}…</.test(sheet(1)), true);
});

Deno.test("sheets have names that Excel takes, each once", () => {
  const names = new SheetNames();
  const given = ["Users", "users", "a/b:c", "'quoted'", "History", "", "x".repeat(40), "x".repeat(40)];
  assert.deepEqual(given.map((name) => names.give(name)), [
    "Users",
    "users 2",
    "a_b_c",
    "_quoted_",
    "History 2",
    "_",
    "x".repeat(31),
    `${"x".repeat(29)} 2`,
  ]);
});
