/** Replies with values that no app has: counts and ids that are none, NUL, objects without end. None is a bug of ours. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { Faults } from "../fixtures/faults/faults.ts";
import { assertIncomplete, backupWith, type Outcome } from "../fixtures/running/faulty_backup.ts";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

/** A row of every kind of value, each with a mark that replies are edited by. */
const CONTENT = {
  ...smallApp({
    people: {
      columns: { name: "string", born: "date", seen: "datetime", note: "simpleObject", photo: "media", age: "number" },
      rows: [["NAME", "2000-01-01", "2024-03-04T05:06:07.000008+01:30", `"NOTE"`, 1n, 7n]],
    },
  }),
  media: [{ contentType: "text/plain", name: "photo.txt", bytes: new TextEncoder().encode("hello") }],
};

const edited = (name: string, edit: (text: string) => string): Faults => ({
  onCall: (call) => call.name === name ? { reply: edit } : undefined,
});

const PAGE = "search.next_page";

/** The server is told to be at fault, with what it sent, and nothing of the file is a final one. */
function assertServersFault({ exitCode, error }: Outcome, said: RegExp): void {
  assert.equal(exitCode, 10, String(error));
  assert.equal(error?.code, "protocol");
  assert.match(error?.message ?? "", said);
}

for (const count of ["1.5", "1e30", "1000000000000000000000000000000", "-3", '"7"', "null"]) {
  Deno.test(`a row count of ${count}: exit 10, with what was sent`, () =>
    backupWith(
      edited("search.get_length", (text) => text.replace(/"response":\d+/, `"response":${count}`)),
      (outcome) => assertServersFault(outcome, /a row count of /),
      { content: CONTENT },
    ));
}

for (const id of ["9223372036854775808", "1.5", "-1"]) {
  Deno.test(`a row with the id ${id}: exit 10`, () =>
    backupWith(
      edited(PAGE, (text) => text.replace('"response":[[1]', `"response":[[${id}]`).replaceAll('"1":[', `"${id}":[`)),
      (outcome) => assertServersFault(outcome, /an odd row id|too few cells/),
      { content: CONTENT },
    ));
}

for (const id of ["1.5", "9223372036854775808", "-1"]) {
  Deno.test(`a table with the id ${id}: exit 10`, () =>
    backupWith(
      edited("get_app_tables", (text) => text.replace(/("people":\[[^\]]*,)1\]/, `$1${id}]`)),
      (outcome) => assertServersFault(outcome, /an odd listing of table 'people'/),
      { content: CONTENT },
    ));
}

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

for (const levels of [2_001, 10_000]) {
  const faults: Faults = {
    onCall: ({ name }) => {
      if (name === PAGE) return { reply: (text) => text.replace('"NOTE"', deep(levels)) };
      // A cell that came in no page is looked for in an export.
      return name === "search.to_csv" ? { error: { type: "anvil.tables.TableError", message: "No" } } : undefined;
    },
  };
  Deno.test(`an object of ${levels} levels: listed as absent, exit 3, and the file is good`, () =>
    backupWith(faults, async (outcome) => {
      await assertIncomplete(outcome, "absent-cell");
      assert.match(JSON.stringify(outcome.result?.warnings), /have more than 2000 levels/);
    }, { content: CONTENT }));
}

Deno.test("an object of 2,000 levels is kept as it is", () =>
  backupWith(edited(PAGE, (text) => text.replace('"NOTE"', deep(2_000))), async ({ result, exitCode }) => {
    assert.equal(exitCode, 0);
    using file = await openArchive(result?.path ?? "");
    assert.equal(file.engine.query("SELECT note FROM people")[0]?.[0], deep(2_000));
  }, { content: CONTENT }));

/** What a text with NUL leaves, by where it is in a row. */
const NULS: Readonly<Record<string, readonly [from: string, to: string, column: string, kept: unknown]>> = {
  "a string": ['"NAME"', '"NA\\u0000ME"', "name", '"NA\\u0000ME"'],
  "a string that begins with it": ['"NAME"', '"\\u0000"', "name", '"\\u0000"'],
  "a date": ['"2000-01-01"', '"2000-01-01\\u0000"', "born", undefined],
  "a datetime": ["2024-03-04 05:06:07.000008", "2024-03-04 05:06:07.00000\\u0000", "seen", undefined],
  "the name of a medium": ['"photo.txt"', '"photo\\u0000.txt"', "photo", null],
};

for (const [what, [from, to, column, kept]] of Object.entries(NULS)) {
  Deno.test(`NUL in ${what}: nothing is cut in silence, exit 3, and the file is good`, () =>
    backupWith(edited(PAGE, (text) => text.replace(from, to)), async (outcome) => {
      await assertIncomplete(outcome, "odd-value");
      using file = await openArchive(outcome.result?.path ?? "");
      const [row] = file.engine.query(`SELECT ${column}, instr(CAST(${column} AS BLOB), x'00') FROM people`);
      if (kept !== undefined) assert.equal(row?.[0], kept);
      else assert.match(String(row?.[0]), /\\u0000/);
      assert.ok(row?.[1] === null || Number(row?.[1]) === 0, "no NUL is in the file");
    }, { content: CONTENT }));
}

Deno.test("NUL in an object is kept, as JSON spells it", () =>
  backupWith(
    edited(PAGE, (text) => text.replace('"NOTE"', '{"a\\u0000b":"c\\u0000d"}')),
    async ({ result, exitCode }) => {
      assert.equal(exitCode, 0);
      using file = await openArchive(result?.path ?? "");
      assert.equal(file.engine.query("SELECT note FROM people")[0]?.[0], '{"a\\u0000b":"c\\u0000d"}');
    },
    { content: CONTENT },
  ));

Deno.test("NUL in the name of a table: exit 10, with its picture in the message", () =>
  backupWith(
    edited("get_app_tables", (text) => text.replaceAll('"people"', '"peo\\u0000ple"')),
    (outcome) => assertServersFault(outcome, /a table whose name holds NUL: 'peo␀ple'/),
    { content: CONTENT },
  ));

Deno.test("NUL in the name of a column: exit 10", () =>
  backupWith(
    edited("table.list_columns", (text) => text.replace('"age"', '"a\\u0000ge"')),
    (outcome) => assertServersFault(outcome, /a column of table 'people' with NUL in its name or type/),
    { content: CONTENT },
  ));

Deno.test("NUL in what the server refuses a medium with: the warning has its picture", () =>
  backupWith(
    {
      onCall: ({ name }) => name === "fetch_lazy_media" ? { error: { type: null, message: "No\0 access" } } : undefined,
    },
    async (outcome) => {
      await assertIncomplete(outcome, "media-failed");
      using file = await openArchive(outcome.result?.path ?? "");
      const [row] = file.engine.query("SELECT message FROM _anvil_warnings WHERE code = 'media-failed'");
      assert.match(String(row?.[0]), /No␀ access/);
    },
    { content: CONTENT },
  ));

/** The ids in a reply to `add_rows`, all made the first one. */
const allOne = (text: string) => {
  const frame = JSON.parse(text);
  const [added] = frame.response as [[number, unknown][]];
  for (const entry of added) entry[0] = added[0]?.[0] ?? 0;
  return JSON.stringify(frame);
};

/** Ids that were given out before are given out again. */
const again = () => {
  let first: [number, unknown][] | null = null;
  return (text: string) => {
    const frame = JSON.parse(text);
    const [added] = frame.response as [[number, unknown][]];
    if (added.length < 2) return text;
    if (first === null) first = added.map(([id, rest]) => [id, rest]);
    else added.forEach((entry, i) => entry[0] = first?.[i]?.[0] ?? entry[0]);
    return JSON.stringify(frame);
  };
};

for (
  const [what, reply, said] of [
    ["twice in one reply", allOne, /one id for two rows that were added/],
    ["that it has given out before", again(), /a row that was added with the id of another row/],
  ] as const
) {
  Deno.test(`a restore is given a row id ${what}: exit 10, and nothing of it stays in the app`, async () => {
    const rows = Array.from({ length: 2_500 }, (_, i) => [BigInt(i)]);
    const content = smallApp({ a: { columns: { n: "number" }, rows } });
    await using app = await restoredApp(content, {
      faults: { onCall: ({ name, n }) => name === "table.add_rows" && n > 1 ? { reply } : undefined },
    });
    await assert.rejects(app.apply(), (error: unknown) => {
      assert.ok(error instanceof AnvilSqliteError, String(error));
      assert.equal(error.exitCode, 10);
      assert.match(error.message, said);
      return true;
    });
    assert.deepEqual(await app.rows("a"), []);
  });
}
