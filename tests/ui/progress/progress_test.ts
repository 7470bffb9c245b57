import assert from "node:assert/strict";
import { BarProgress } from "../../../lib/ui/progress/bar_progress.ts";
import { JsonProgress } from "../../../lib/ui/progress/json_progress.ts";
import { LineProgress } from "../../../lib/ui/progress/line_progress.ts";
import type { Progress } from "../../../lib/ui/progress/progress.ts";
import type { ProgressEvent } from "../../../lib/ui/progress/progress_event.ts";
import { progressText } from "../../../lib/ui/progress/progress_text.ts";
import { QuietProgress } from "../../../lib/ui/progress/quiet_progress.ts";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { MemoryScreen } from "./memory_screen.ts";

const DONE: ProgressEvent = {
  type: "done",
  path: "app.sqlite",
  complete: true,
  tables: 2,
  rows: 1200,
  media: 0,
  bytes: 4200,
  warnings: 0,
  ms: 4200,
};

/** A run of six seconds, an event every 100 ms. */
function play(progress: Progress, clock: ManualClock): void {
  progress.report({ type: "connected", host: "anvil.works", app: "ABC" });
  progress.report({ type: "plan", tables: 1, rows: 6000 });
  progress.report({ type: "table-start", table: "orders", rows: 6000 });
  for (let i = 1; i <= 60; i++) {
    clock.advance(100);
    progress.report({ type: "rows", table: "orders", rows: i * 100, bytes: i * 1000 });
  }
  progress.report({ type: "table-done", table: "orders", rows: 6000 });
  progress.report({ type: "warning", code: "media-gone", message: "2 media are gone" });
  progress.report({ type: "checking", what: "the file" });
  progress.report(DONE);
  progress.close();
}

Deno.test("BarProgress draws one changing line between lines that stay, and takes it away at the end", () => {
  const [screen, clock] = [new MemoryScreen(), new ManualClock()];
  play(new BarProgress(screen, clock), clock);
  assert.deepEqual(screen.seen.filter((line) => !/^~ .*rows/.test(line)), [
    "Connected to anvil.works, app ABC",
    "1 table, 6,000 rows",
    "warning: 2 media are gone",
    "~ Checking the file",
    "~",
    "Done: 2 tables, 1,200 rows, 4.2 kB in 4.2 s",
    "~",
  ]);
  assert.equal(screen.seen[32], "~ [######......]   50 %  orders  3,000/6,000 rows  1,000 rows/s  30 kB  0:03 left");
});

Deno.test("BarProgress draws at most ten times a second", () => {
  const [screen, clock] = [new MemoryScreen(), new ManualClock()];
  const progress = new BarProgress(screen, clock);
  progress.report({ type: "plan", tables: 1, rows: 1000 });
  for (let i = 1; i <= 1000; i++) {
    clock.advance(1);
    progress.report({ type: "rows", table: "a", rows: i, bytes: i });
  }
  assert.equal(screen.seen.filter((line) => line.startsWith("~")).length, 10);
});

Deno.test("BarProgress shows at once why it waits", () => {
  const [screen, clock] = [new MemoryScreen(70), new ManualClock()];
  const progress = new BarProgress(screen, clock);
  progress.report({ type: "rows", table: "a", rows: 1, bytes: 1 });
  progress.report({ type: "retry", what: "connection", attempt: 2, waitMs: 2000, message: "the server closed it" });
  assert.deepEqual(screen.seen.at(-1), "~ Connection failed: the server closed it; attempt 2 in 2.0 s");
});

Deno.test("LineProgress names what is checked once, however many parts it comes in", () => {
  const [screen, clock] = [new MemoryScreen(), new ManualClock()];
  const progress = new LineProgress(screen, clock);
  for (const what of ["table a", "table a", "table b", "table a"]) progress.report({ type: "checking", what });
  assert.deepEqual(screen.seen, ["Checking table a", "Checking table b", "Checking table a"]);
});

Deno.test("LineProgress writes a line a table, and one every ten seconds of a long table", () => {
  const [screen, clock] = [new MemoryScreen(), new ManualClock()];
  const progress = new LineProgress(screen, clock);
  play(progress, clock);
  progress.report({ type: "table-start", table: "big", rows: 1 });
  for (let s = 0; s < 21; s++) {
    clock.advance(1000);
    progress.report({ type: "rows", table: "big", rows: s, bytes: 0 });
  }
  assert.deepEqual(screen.seen, [
    "Connected to anvil.works, app ABC",
    "1 table, 6,000 rows",
    "orders: 6,000 rows",
    "warning: 2 media are gone",
    "Checking the file",
    "Done: 2 tables, 1,200 rows, 4.2 kB in 4.2 s",
    "100 %  big  6,009/6,000 rows  1 rows/s  60 kB  0:00 left",
    "100 %  big  6,019/6,000 rows  1 rows/s  60 kB  0:00 left",
  ]);
});

Deno.test("JsonProgress writes an object a line, with counts at most ten times a second", () => {
  const [lines, clock] = [[] as string[], new ManualClock()];
  const progress = new JsonProgress((text) => lines.push(text), clock);
  progress.report({ type: "connected", host: "anvil.works", app: null });
  for (let i = 1; i <= 200; i++) {
    clock.advance(1);
    progress.report({ type: "rows", table: "o\nx", rows: i, bytes: i });
  }
  progress.report({ type: "table-done", table: "o\nx", rows: 200 });
  assert.deepEqual(lines, [
    '{"event":"connected","time":"2026-11-24T02:07:00.000Z","host":"anvil.works","app":null}\n',
    '{"event":"rows","time":"2026-11-24T02:07:00.001Z","table":"o\\nx","rows":1,"bytes":1}\n',
    '{"event":"rows","time":"2026-11-24T02:07:00.101Z","table":"o\\nx","rows":101,"bytes":101}\n',
    '{"event":"table-done","time":"2026-11-24T02:07:00.200Z","table":"o\\nx","rows":200}\n',
  ]);
});

Deno.test("QuietProgress says nothing but warnings", () => {
  const [screen, clock] = [new MemoryScreen(), new ManualClock()];
  play(new QuietProgress(screen), clock);
  assert.deepEqual(screen.seen, ["warning: 2 media are gone"]);
});

Deno.test("progressText() tells an incomplete run from a complete one, and counts what is there", () => {
  const text = progressText({ ...DONE, complete: false, media: 1, warnings: 3 }, false);
  assert.equal(text, "Incomplete: 2 tables, 1,200 rows, 1 media file, 4.2 kB in 4.2 s, 3 warnings");
});

Deno.test("progressText() makes text of the server safe for the terminal", () => {
  const hostile = "\x1b]0;x\x07";
  for (
    const event of [
      { type: "connected", host: hostile, app: hostile },
      { type: "table-done", table: hostile, rows: 1 },
      { type: "warning", code: "x", message: hostile },
      { type: "retry", what: hostile, attempt: 2, waitMs: 1, message: hostile },
      { type: "checking", what: hostile },
    ] satisfies ProgressEvent[]
  ) assert.ok(!progressText(event, false)?.includes("\x1b"), event.type);
});
