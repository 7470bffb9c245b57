/** `export` to CSV and JSON lines, as a user runs it. */
import assert from "node:assert/strict";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { forumFile } from "../fixtures/files/forum_file.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { readCsv } from "./read_csv.ts";

const PEOPLE = smallApp({
  people: {
    columns: { name: "string", email: "string", password_hash: "string", age: "number", boss: "link_single people" },
    rows: [
      ["Ann", "ann@example.org", "$2b$10$abc", 41n, null],
      ["", "bob@example.org", null, 1.0, "[1,1]"],
      ["=1+1", null, null, null, "[1,2]"],
      [null, 'Eve, the "hacker"\n', null, 12345678901234567890n.toString(), "[1,99]"],
    ],
  },
  pets: {
    columns: { name: "string", owners: "link_multiple people", data: "simpleObject", born: "date", vaccinated: "bool" },
    rows: [["Rex", '["[1,1]","[1,2]"]', '{"a":1.0,"b":null}', "2020-02-29", 1n]],
  },
});

async function exported(dir: TempDir, ...args: readonly string[]) {
  if (!dir.names().includes("app.sqlite")) await putArchive(dir.file("app.sqlite"), PEOPLE);
  return await runHere(["export", dir.file("app.sqlite"), ...args]);
}

Deno.test("export writes a folder of CSV files with their sums, and says what is in it", async () => {
  using dir = tempDir();
  const { code, out } = await exported(dir, "--format", "csv", "-o", dir.file("tables"));
  assert.deepEqual([code, out], [0, `Wrote 2 tables, 5 rows to ${dir.file("tables")}\n`]);
  const names = [...Deno.readDirSync(dir.file("tables"))].map(({ name }) => name).sort();
  assert.deepEqual(names, ["SHA256SUMS", "export.json", "people.csv", "pets.csv"]);
  assert.equal(
    Deno.readTextFileSync(dir.file("tables/people.csv")),
    `_anvil_row_id,name,email,password_hash,age,boss
"[1,1]",Ann,ann@example.org,$2b$10$abc,41,
"[1,2]","",bob@example.org,,1.0,"[1,1]"
"[1,3]",=1+1,,,,"[1,2]"
"[1,4]",,"Eve, the ""hacker""
",,12345678901234567890,"[1,99]"
`,
  );
  assert.match(Deno.readTextFileSync(dir.file("tables/SHA256SUMS")), /^([0-9a-f]{64} {2}\S+\n){3}$/);
  const { tables, masked, complete } = JSON.parse(Deno.readTextFileSync(dir.file("tables/export.json")));
  assert.deepEqual([tables.length, masked, complete], [2, false, true]);
});

Deno.test("what is exported can be read by its owner only", { ignore: Deno.build.os === "windows" }, async () => {
  using dir = tempDir();
  await exported(dir, "--format", "jsonl", "-o", dir.file("tables"));
  assert.equal((Deno.statSync(dir.file("tables")).mode ?? 0) & 0o777, 0o700);
  assert.equal((Deno.statSync(dir.file("tables/pets.jsonl")).mode ?? 0) & 0o777, 0o600);
});

Deno.test("JSON lines keep every digit, and links and objects as JSON", async () => {
  using dir = tempDir();
  const { code, out } = await exported(dir, "--table", "pets", "-f", "jsonl", "-o", "-");
  assert.equal(code, 0);
  assert.equal(
    out,
    '{"_anvil_row_id":"[2,5]","name":"Rex","owners":["[1,1]","[1,2]"],"data":{"a":1.0,"b":null},' +
      '"born":"2020-02-29","vaccinated":true}\n',
  );
  const people = await exported(dir, "--table", "people", "-f", "jsonl", "-o", "-");
  assert.match(people.out, /"age":12345678901234567890,/);
  assert.match(people.out, /"age":1\.0,/);
});

Deno.test("standard output has the data alone, also what looks like a key", async () => {
  using dir = tempDir();
  const key = "server_ABCDEFGHIJKLMNOPQRSTUVWX-ABCDEFGHIJKLMNOP";
  await putArchive(dir.file("keys.sqlite"), smallApp({ keys: { columns: { k: "string" }, rows: [[key]] } }));
  const { out, err } = await runHere(["export", dir.file("keys.sqlite"), "-f", "csv", "-o", "-"]);
  assert.equal(out, `_anvil_row_id,k\n"[1,1]",${key}\n`);
  assert.match(err, /Wrote 1 table, 1 row$/m);
});

Deno.test("--columns and --where choose, in the order asked for; a name that is not there is refused", async () => {
  using dir = tempDir();
  const chosen = await exported(
    dir,
    ...["--table", "people", "--columns", "age, name", "--where", "age > 1 -- not Bob", "-f", "csv", "-o", "-"],
  );
  assert.equal(chosen.out, '_anvil_row_id,age,name\n"[1,1]",41,Ann\n"[1,4]",12345678901234567890,\n');
  const misspelt = await exported(dir, "--table", "people", "--columns", "nmae", "-f", "csv", "-o", "-");
  assert.deepEqual([misspelt.code, misspelt.out], [2, ""]);
  assert.match(misspelt.err, /Table 'people' has no column 'nmae'\nhint: It has: name, email, /);
});

const WRONG: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
  [["-f", "csv"], /'export' needs -o/],
  [["-o", "x"], /'export' needs --format/],
  [["-f", "csv", "-o", "-"], /'-o -' is for one table/],
  [["-f", "files", "-o", "-"], /cannot go to standard output/],
  [["-f", "jsonl", "--excel", "-o", "x"], /'--excel' belongs to --format csv/],
  [["-f", "csv", "--where", "1", "-o", "x"], /'--where' needs one table/],
  [["-f", "csv", "--table", "people", "--where", "nope = 1", "-o", "x"], /cannot follow --where: no such column/],
  [["-f", "csv", "--table", "people", "--where", "1); DROP TABLE people; --", "-o", "x"], /cannot follow --where/],
  [["-f", "csv", "--table", "cats", "-o", "x"], /has no table 'cats'\nhint: It holds: people, pets/],
  [["-o", "people.csv"], /is a file, and there are several tables/],
];

for (const [args, reason] of WRONG) {
  Deno.test(`export ${args.join(" ")}: exit 2, and nothing is written`, async () => {
    using dir = tempDir();
    const { code, err } = await exported(dir, ...args.map((arg) => /^x$|\.csv$/.test(arg) ? dir.file(arg) : arg));
    assert.match(err, reason);
    assert.deepEqual([code, dir.names()], [2, ["app.sqlite"]]);
  });
}

Deno.test("links go out as the names of their rows with --labels", async () => {
  using dir = tempDir();
  const { out } = await exported(dir, "--table", "pets", "--columns", "owners", "--labels", "-f", "csv", "-o", "-");
  assert.equal(out, '_anvil_row_id,owners\n"[2,5]",Ann; bob@example.org\n');
});

Deno.test("a mask holds for values and for labels, a preset leaves secrets out, and the export says so", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("mask.yaml"), "people: {name: hash, email: drop}\n");
  const args = [
    "--mask",
    dir.file("mask.yaml"),
    "--preset",
    "no-secrets",
    "--labels",
    "-f",
    "csv",
    "-o",
    dir.file("t"),
  ];
  const { code, err } = await exported(dir, ...args);
  assert.equal(code, 0);
  assert.match(err, /note: Values were masked or left out/);
  const people = Deno.readTextFileSync(dir.file("t/people.csv"));
  assert.match(people, /^_anvil_row_id,name,age,boss\n"\[1,1\]",([0-9a-f]{32}),41,\n"\[1,2\]",[0-9a-f]{32},1.0,\1\n/);
  const pets = Deno.readTextFileSync(dir.file("t/pets.csv"));
  assert.match(pets, /"\[2,5\]",Rex,[0-9a-f]{32}; [0-9a-f]{32},/);
  assert.doesNotMatch(people + pets, /Ann|example\.org|2b\$/);
  assert.equal(JSON.parse(Deno.readTextFileSync(dir.file("t/export.json"))).masked, true);
});

Deno.test("--null says what stands for None, and a text that looks like it is in quotes", async () => {
  using dir = tempDir();
  const rows = [["\\N"], [null], [""]];
  await putArchive(dir.file("none.sqlite"), smallApp({ t: { columns: { a: "string" }, rows } }));
  const { out } = await runHere(["export", dir.file("none.sqlite"), "--null", "\\N", "-f", "csv", "-o", "-"]);
  assert.equal(out, '_anvil_row_id,a\n"[1,1]","\\N"\n"[1,2]",\\N\n"[1,3]",""\n');
});

Deno.test("--excel has a byte order mark, and no text that Excel would compute", async () => {
  using dir = tempDir();
  const { out } = await exported(dir, ...["--table", "people", "--columns", "name", "--excel", "-f", "csv", "-o", "-"]);
  assert.equal(
    out.replace(/^\ufeff/, ""),
    '_anvil_row_id,name\r\n"[1,1]",Ann\r\n"[1,2]",""\r\n"[1,3]",\'=1+1\r\n"[1,4]",\r\n',
  );
});

Deno.test("nothing is overwritten, whatever has the name, and a killed run's rest is named", async () => {
  using dir = tempDir();
  Deno.mkdirSync(dir.file("tables"));
  const there = await exported(dir, "-f", "csv", "-o", dir.file("tables"));
  assert.deepEqual([there.code, dir.names()], [21, ["app.sqlite", "tables"]]);
  Deno.symlinkSync("nowhere", dir.file("people.csv"));
  assert.equal((await exported(dir, "--table", "people", "-o", dir.file("people.csv"))).code, 21);
  Deno.mkdirSync(dir.file("other.partial"));
  const killed = await exported(dir, "-f", "csv", "-o", dir.file("other"));
  assert.equal(killed.code, 21);
  assert.match(killed.err, /other\.partial\nhint: Another run may be writing it/);
});

Deno.test("Ctrl-C ends an export with 130, and leaves nothing", async () => {
  using dir = tempDir();
  const rows = Array.from({ length: 60_000 }, (_, i) => [`row ${i} `.repeat(10)]);
  await putArchive(dir.file("long.sqlite"), smallApp({ long: { columns: { a: "string" }, rows } }));
  const { code } = await runHere(["export", dir.file("long.sqlite"), "-f", "csv", "-o", dir.file("t")], {
    errIsTerminal: true,
    stopAt: "long",
  });
  assert.deepEqual([code, dir.names()], [130, ["long.sqlite"]]);
});

Deno.test("every odd value goes into CSV and JSON lines and comes back", async () => {
  using dir = tempDir();
  const app = oddApp();
  await putArchive(dir.file("odd.sqlite"), app);
  assert.equal((await runHere(["export", dir.file("odd.sqlite"), "-f", "csv", "-o", dir.file("t")])).code, 0);
  const [headings = [], ...rows] = readCsv(Deno.readTextFileSync(dir.file("t/all_types.csv")));
  const texts = app.rows.get("all_types")?.map(({ cells }) => cells[0]);
  assert.equal(headings[1], "text");
  assert.deepEqual(rows.map((row) => row[1]), texts);
  assert.deepEqual(rows.map((row) => row[5]), app.rows.get("all_types")?.map(({ cells }) => cells[4]));
  // Tables whose names differ in case only have files of their own.
  const files = [...Deno.readDirSync(dir.file("t"))].map(({ name }) => name).filter((name) => /^users/i.test(name));
  assert.deepEqual(files.sort(), ["Users.csv", "users_2.csv"]);
});

Deno.test("a forum script's file goes out too, with what it cannot say", async () => {
  using dir = tempDir();
  forumFile(dir.file("forum.sqlite"));
  const { code, out, err } = await runHere(["export", dir.file("forum.sqlite"), "-f", "csv", "-o", "-"]);
  assert.deepEqual([code, out.split("\n").length], [0, 4]);
  assert.match(err, /SQLite had turned 1 texts into numbers/);
});
