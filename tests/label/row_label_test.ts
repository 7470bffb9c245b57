import assert from "node:assert/strict";
import { labelColumns, labelOf } from "../../lib/label/row_label.ts";
import { column } from "../schema/builders.ts";

const columns = [column("notes"), column("email"), column("password"), column("Name"), {
  ...column("title"),
  kind: "number" as const,
}];

Deno.test("labelColumns() tries what looks like a name first, then other text, and never a secret or a number", () => {
  assert.deepEqual(labelColumns(columns), [3, 1, 0]);
  assert.deepEqual(labelColumns(columns, ["notes", "password", "gone"]), [0, 3, 1]);
  assert.deepEqual(labelColumns([]), []);
});

Deno.test("labelOf() takes the first text that is not empty, on one line, and cuts it", () => {
  assert.equal(labelOf([null, " ", "  Ann \n Lee ", "x"]), "Ann Lee");
  assert.equal(labelOf([null, 5n, ""]), null);
  assert.equal(labelOf(["x".repeat(100)]), `${"x".repeat(59)}…`);
});
