/**
 * The page of `browse` over a table of 1,000,000 rows in a file of 1 GB: how long pages take, what they weigh, and what 200
 * readers at once do to it. Times are the server's, seen from the same machine.
 */
import { costOf, runProgram, runScript } from "../processes.ts";
import type { BenchPlan } from "../plan.ts";
import { heading, measure, type Measurement } from "../report.ts";
import { TABLE_ID } from "../usual_rows.ts";
import { type OpenPage, openPage } from "../browsed_page.ts";

const ROWS = 1_000_000;
const MEGABYTES = 770;
/** Readers at once. */
const CROWD = 200;
/** A page in the middle of the table, as its address has it. */
const MIDDLE = `after=${10_000_001 + ROWS / 2}`;

/** Places of columns, as the bench's file has them. */
const COLUMN = { bool: 0, date: 1, datetime: 2, float: 3, integer: 4, text: 5 } as const;

const TABLE = `/table/${TABLE_ID}`;
/** Pages, with the milliseconds that they may take. */
const PAGES: readonly (readonly [name: string, path: string, most: number])[] = [
  ["home", "/", 100],
  ["first page by key", TABLE, 100],
  ["a page in the middle by key", `${TABLE}?${MIDDLE}`, 100],
  ["the page before it", `${TABLE}?${MIDDLE.replace("after", "before")}`, 100],
  ["sorted by a float", `${TABLE}?sort=${COLUMN.float}`, 300],
  ["sorted by a float, falling", `${TABLE}?sort=-${COLUMN.float}`, 300],
  ["sorted by text", `${TABLE}?sort=${COLUMN.text}`, 300],
  ["sorted by a float, from the middle", `${TABLE}?sort=${COLUMN.float}&${MIDDLE}`, 300],
  ["filtered by text, one row", `${TABLE}?o${COLUMN.text}=has&f${COLUMN.text}=number+777777+`, 300],
  ["filtered by a number", `${TABLE}?o${COLUMN.integer}=from&f${COLUMN.integer}=999000`, 300],
  ["sorted by instant", `${TABLE}?sort=${COLUMN.datetime}`, 1_000],
  ["sorted by instant, falling", `${TABLE}?sort=-${COLUMN.datetime}`, 1_000],
  ["a row", `/row/${TABLE_ID}/10500001`, 100],
  ["files", "/files", 100],
  ["health", "/health", 100],
];

/** Measures it. */
export async function measureBrowse({ folder, runs }: BenchPlan): Promise<readonly Measurement[]> {
  heading(`browse: ${ROWS} rows, 1 GB`);
  const file = `${folder}/browsed.sqlite`;
  await runScript("build_browsed.ts", file, String(ROWS), String(MEGABYTES));
  const found: Measurement[] = [];
  const times = Math.max(5, runs);
  found.push(
    await measure("browse", "opens: from the program's start to its address", times, async () => {
      await using page = await openPage(file);
      const { seconds } = await runProgram("--version");
      return { ms: page.startMs, "ms of --version": seconds * 1e3, "MB": (await Deno.stat(file)).size / 1e6 };
    }),
  );
  await using page = await openPage(file);
  for (const [name, path, most] of PAGES) {
    found.push(await measure("browse", `${name} (≤ ${most} ms)`, times, () => timed(page, path)));
  }
  found.push(await measure("browse", "search: first result (≤ 300 ms)", times, () => firstResult(page)));
  found.push(await measure("browse", `${CROWD} at once, pages by key`, 1, () => crowd(page, `${TABLE}?${MIDDLE}`)));
  found.push(
    await measure(
      "browse",
      `${CROWD} at once, sorted by instant`,
      1,
      () => crowd(page, `${TABLE}?sort=${COLUMN.datetime}`),
    ),
  );
  const { peakMB } = costOf(page.pid);
  found.push(await measure("browse", "memory at most (≤ 200 MB)", 1, () => Promise.resolve({ "MB": peakMB })));
  await Deno.remove(file);
  return found;
}

async function timed(page: OpenPage, path: string) {
  const cpu = costOf(page.pid).cpuSeconds;
  const began = performance.now();
  const answer = await page.get(path);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
  // The clock of CPU time has ticks of 10 ms; on a machine with other work it says more than the other one.
  const cpuMs = (costOf(page.pid).cpuSeconds - cpu) * 1e3;
  return { ms: performance.now() - began, "ms CPU": cpuMs, kB: text.length / 1e3 };
}

async function firstResult(page: OpenPage) {
  const began = performance.now();
  const { body } = await page.get("/search?q=usual");
  let text = "";
  for await (const piece of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("<mark>")) break;
  }
  if (!text.includes("<mark>")) throw new Error("Nothing was found");
  return { ms: performance.now() - began };
}

/** Many readers ask at once while one more asks for another page again and again. */
async function crowd(page: OpenPage, path: string) {
  const began = performance.now();
  const statuses = await Promise.all(Array.from({ length: CROWD }, async () => {
    const answer = await page.get(path);
    await answer.body?.cancel();
    return answer.status;
  }));
  const odd = statuses.filter((status) => status !== 200 && status !== 503);
  if (odd.length > 0) throw new Error(`Answers ${odd.join(", ")}`);
  const seconds = (performance.now() - began) / 1e3;
  const after = await timed(page, "/health");
  return {
    answered: statuses.filter((status) => status === 200).length,
    refused: statuses.filter((status) => status === 503).length,
    seconds,
    "ms of the next page": after.ms,
    "MB peak": costOf(page.pid).peakMB,
  };
}
