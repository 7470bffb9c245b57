/** Cells that a file does not hold: no restore writes them, whatever stands in the app, and plan and proof say so. */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../../lib/archive/making/build_archive.ts";
import type { Cell } from "../../../lib/value/cell.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { restoredApp } from "../../fixtures/running/restored_app.ts";

/** What files of format 1 hold in place of a value that was too large. */
const STAND_IN = '"more than 16 MiB, which this wire cannot carry"';

const notes = (...rows: readonly (readonly Cell[])[]) =>
  smallApp({ notes: { columns: { title: "string", text: "string", one: "link_single notes" }, rows } });

/** The content with a warning about a cell of its first row. */
function lacking(content: ArchiveContent, code: string, column: string, message: string): ArchiveContent {
  return { ...content, warnings: [{ code, table: "notes", column, row: "[1,1]", message }] };
}

const LACKING: readonly (readonly [what: string, content: ArchiveContent])[] = [
  ["an absent cell", lacking(notes(["a", null, null]), "absent-cell", "text", "Larger than a message may be")],
  [
    "a stand-in of format 1",
    lacking(notes(["a", STAND_IN, null]), "odd-value", "text", `Not a string; kept as JSON text: ${STAND_IN}`),
  ],
  [
    "a value that did not fit its column",
    lacking(notes(["a", "5", null]), "odd-value", "text", "Not a string; kept as JSON text: 5"),
  ],
  [
    "a link that could not be read",
    lacking(notes(["a", "long", null]), "odd-value", "one", "Not a link_single; the cell is empty in the file: 7"),
  ],
];

for (const [what, content] of LACKING) {
  Deno.test(`restore --merge leaves the app's own value alone where the file has ${what}`, async () => {
    const own = ["a", "long", what.startsWith("a link") ? "[1,1]" : null];
    await using app = await restoredApp(content, { into: notes(own) });
    const plan = await app.plan({ mode: "merge", keys: ["title"] });
    assert.equal(plan.losses.length, 1, JSON.stringify(plan.losses));
    assert.match(plan.losses[0]?.message ?? "", / left alone$/);
    const { exitCode, proof } = await app.apply({ mode: "merge", keys: ["title"] });
    assert.deepEqual([exitCode, proof.left, proof.differences], [0, 1, []]);
    assert.deepEqual(await app.rows("notes"), [own]);
  });

  Deno.test(`restore into an empty app writes nothing where the file has ${what}`, async () => {
    await using app = await restoredApp(content);
    const { exitCode, proof } = await app.apply();
    assert.deepEqual([exitCode, proof.left, proof.differences], [0, 1, []]);
    const [row] = await app.rows("notes");
    assert.deepEqual(row, ["a", what.startsWith("a link") ? "long" : null, null]);
  });
}

Deno.test("restore --merge leaves media alone whose bytes are not in the file", async () => {
  const content = (bytes: Uint8Array | null): ArchiveContent => ({
    ...smallApp({ files: { columns: { title: "string", file: "media" }, rows: [["a", 1n]] } }),
    media: [{ contentType: "text/plain", name: "a.txt", bytes }],
  });
  await using app = await restoredApp(content(null), { into: content(new Uint8Array(7)) });
  const { exitCode, proof } = await app.apply({ mode: "merge", keys: ["title"] });
  assert.deepEqual([exitCode, proof.left, proof.media], [0, 1, 0]);
  assert.deepEqual((await app.rows("files")).map(([title, file]) => [title, file !== null]), [["a", true]]);
});
