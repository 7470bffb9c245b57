import assert from "node:assert/strict";
import { renderProgressBar, renderProgressFigures } from "../../../lib/ui/progress/progress_bar.ts";
import type { BarState } from "../../../lib/ui/progress/progress_tally.ts";
import { textWidth } from "../../../lib/ui/text/text_width.ts";

const STATE: BarState = {
  table: "orders",
  rows: 210_000,
  totalRows: 500_000,
  rowsPerSecond: 21_300,
  bytes: 48_200_000,
  media: { done: 12, total: 200 },
  secondsLeft: 13,
};

Deno.test("renderProgressBar() shows bar, share, table, rows, speed, bytes, media and time left", () => {
  assert.equal(
    renderProgressBar(STATE, 120),
    "[############..................]   42 %  orders  210,000/500,000 rows  21,300 rows/s  48 MB  files 12/200  0:13 left",
  );
});

Deno.test("renderProgressBar() leaves out what matters least when it is tight", () => {
  const lines = [100, 80, 70, 60, 50, 40, 30, 20, 10].map((width) => renderProgressBar(STATE, width));
  assert.deepEqual(lines, [
    "[#####.........]   42 %  orders  210,000/500,000 rows  21,300 rows/s  48 MB  files 12/200  0:13 left",
    " 42 %  orders  210,000/500,000 rows  21,300 rows/s  files 12/200  0:13 left",
    " 42 %  orders  210,000/500,000 rows  21,300 rows/s  0:13 left",
    " 42 %  orders  210,000/500,000 rows  21,300 rows/s",
    " 42 %  orders  210,000/500,000 rows  21,300 rows/s",
    " 42 %  210,000/500,000 rows",
    " 42 %  210,000/500,000 rows",
    "[####.......]   42 %",
    " 42 %",
  ]);
});

Deno.test("renderProgressBar() never exceeds the width, whatever the table is called", () => {
  for (const table of ["日本語のとても長いテーブルの名前です", "x".repeat(200), "\x1b[31mred", ""]) {
    for (let width = 1; width <= 130; width++) {
      assert.ok(textWidth(renderProgressBar({ ...STATE, table }, width)) <= width, `${table} at ${width}`);
    }
  }
});

Deno.test("renderProgressBar() makes a table's name safe for the terminal", () => {
  assert.match(renderProgressBar({ ...STATE, table: "a\x1b[2Jb" }, 120), / a\\x1b\[2Jb /);
});

Deno.test("renderProgressBar() shows what is known before the server has counted, and of an app without rows", () => {
  const unknown = {
    table: null,
    rowsPerSecond: null,
    secondsLeft: null,
    media: { done: 0, total: 0 },
    rows: 5,
    bytes: 0,
  };
  assert.equal(renderProgressBar({ ...unknown, totalRows: null }, 80), "5 rows  0 B");
  assert.equal(renderProgressBar({ ...unknown, rows: 0, totalRows: 0 }, 80), "0/0 rows  0 B");
});

Deno.test("renderProgressBar() stays at 100 % when rows were added meanwhile", () => {
  assert.match(renderProgressBar({ ...STATE, rows: 600_000 }, 120), /^\[#+\] {2}100 %/);
});

Deno.test("renderProgressFigures() gives all figures without a bar, for a log", () => {
  assert.equal(
    renderProgressFigures(STATE),
    " 42 %  orders  210,000/500,000 rows  21,300 rows/s  48 MB  files 12/200  0:13 left",
  );
});
