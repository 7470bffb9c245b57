/** `export --format postgres`: the dump as text, addresses, and values. `test:export` loads it into a real server. */
import assert from "node:assert/strict";
import { readServerAddress } from "../../lib/export/postgres/connect_url.ts";
import { copyField, POSTGRES_DIALECT } from "../../lib/export/postgres/postgres_dialect.ts";
import { instantOf } from "../../lib/value/instant.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";

Deno.test("a dump is one transaction that stops at its first error, and nothing of the app is outside of rows and names", async () => {
  using dir = tempDir();
  const app = smallApp({
    "evil\n\\! rm -rf /": { columns: { "a\n;DROP": "string" }, rows: [["\\.\n\\! touch /tmp/x\n"], [null]] },
  });
  await putArchive(dir.file("app.sqlite"), app);
  const { code } = await runHere(["export", dir.file("app.sqlite"), "-o", dir.file("app.sql")]);
  assert.equal(code, 0);
  const dump = Deno.readTextFileSync(dir.file("app.sql"));
  assert.match(dump, /^-- Made by anvil-sqlite \S+\. .*\n\\set ON_ERROR_STOP on\nBEGIN;\n/);
  assert.match(dump, /\nCOMMIT;\n$/);
  assert.ok(dump.includes("FROM STDIN;\n1\t\\\\.\\n\\\\! touch /tmp/x\\n\n2\t\\N\n\\.\n"));
  // What psql would run: outside of quotes and of COPY blocks there is nothing that begins with a backslash.
  const outside = dump.replace(/FROM STDIN;\n.*?\n?\\\.\n/gs, "").replace(/"(?:[^"]|"")*"/g, "");
  assert.deepEqual(outside.split("\n").filter((line) => line.startsWith("\\")), ["\\set ON_ERROR_STOP on"]);
});

Deno.test("a foreign key whose rows are not all there is not proved, and a note says so", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), oddApp());
  const { code, err } = await runHere(["export", dir.file("app.sqlite"), "-o", dir.file("app.sql")]);
  assert.equal(code, 0);
  assert.match(err, /note: Links in column 'next' of table 'cycle' lead to rows that are not there/);
  const dump = Deno.readTextFileSync(dir.file("app.sql"));
  assert.match(dump, /ALTER TABLE "cycle" ADD FOREIGN KEY \("next"\) .* NOT VALID;/);
  assert.match(dump, /ALTER TABLE "all_types" ADD FOREIGN KEY \("one"\) .* DEFERRED;/);
});

const REFUSED = [
  "postgres://me:hunter2@h/d",
  "postgres://me@h/d?password=x",
  "mysql://me@h/d",
  "postgres://h/d",
  "me@h",
  "postgres://me@h",
  "postgres://me@h/d?sslmode=maybe",
  "postgres://me@h/d?options=x",
  "postgres://m%E0@h/d",
];

for (const text of REFUSED) {
  Deno.test(`--to ${text} is refused with exit 2, and never repeated`, async () => {
    using dir = tempDir();
    await putArchive(dir.file("app.sqlite"), smallApp({}));
    const { code, err } = await runHere(["export", dir.file("app.sqlite"), "--to", text]);
    assert.equal(code, 2);
    assert.equal(err.includes("hunter2"), false);
  });
}

Deno.test("a connection beyond this machine is encrypted and checked, unless the address says otherwise", () => {
  assert.deepEqual(readServerAddress("postgres://me@localhost/my%20data"), {
    host: "localhost",
    port: 5432,
    database: "my data",
    user: "me",
    ssl: "disable",
  });
  assert.equal(readServerAddress("postgresql://me@db.example.com:6543/d").ssl, "verify-full");
  assert.equal(readServerAddress("postgres://me@db.example.com/d?sslmode=require").ssl, "require");
});

Deno.test("instants of any year are as PostgreSQL reads them", () => {
  const shown = (cell: string) => {
    const instant = instantOf(cell);
    return instant === null ? null : POSTGRES_DIALECT.instant(instant);
  };
  assert.equal(shown("2024-03-04T05:06:07.000008+01:30"), "2024-03-04 03:36:07.000008+00");
  assert.equal(shown("0001-01-01T00:00:00.000000+14:00"), "0001-12-31 10:00:00.000000+00 BC");
  assert.equal(shown("9999-12-31T23:59:59.999999-11:00"), "10000-01-01 10:59:59.999999+00");
  assert.equal(shown("2024-02-30T05:06:07.000008"), null);
});

Deno.test("numbers keep all digits, and what PostgreSQL cannot store is told", () => {
  const told: string[] = [];
  const tell = (reason: string) => void told.push(reason);
  assert.equal(POSTGRES_DIALECT.number("texts", `1${"0".repeat(308)}`, tell), `1${"0".repeat(308)}`);
  assert.equal(POSTGRES_DIALECT.number("mixed", 1, tell), "1.0");
  assert.equal(POSTGRES_DIALECT.number("texts", "1e999999", tell), null);
  assert.equal(POSTGRES_DIALECT.text("a\0b", tell), null);
  assert.equal(POSTGRES_DIALECT.json("{", tell), null);
  assert.deepEqual(told, ["odd-value", "nul", "odd-value"]);
  assert.equal(copyField(-0), "-0");
  assert.equal(copyField("a\tb\\c\r\n"), "a\\tb\\\\c\\r\\n");
});
