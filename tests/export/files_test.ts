/** `export --format files`: media in folders, with names that are safe everywhere. */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { readCsv } from "./read_csv.ts";

/** Rows whose labels are hostile, all with the same picture. */
const LABELS = [
  "..",
  "../../../etc/passwd",
  "CON",
  "é".repeat(150),
  "Cover",
  "cover",
  "e\u0301",
  "é",
  "",
  null,
  "a\nb",
];

function hostile(): ArchiveContent {
  const app = smallApp({
    "..": { columns: { name: "string", "../up": "media" }, rows: LABELS.map((label) => [label, 1n]) },
    "index.csv": { columns: { File: "media", file: "media" }, rows: [[2n, 3n]] },
  });
  return {
    ...app,
    media: [
      { contentType: "image/png", name: "../../evil.png", bytes: new TextEncoder().encode("picture") },
      { contentType: "text/plain; charset=utf-8", name: null, bytes: new Uint8Array(0) },
      { contentType: null, name: "lost.bin", bytes: null },
    ],
  };
}

function filesUnder(path: string, below = ""): readonly string[] {
  return [...Deno.readDirSync(path)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesUnder(`${path}/${name}`, `${below}${name}/`) : [`${below}${name}`]
  ).sort();
}

async function exportFilesOf(dir: TempDir, app: ArchiveContent, ...args: readonly string[]) {
  await putArchive(dir.file("app.sqlite"), app);
  const run = await runHere(["export", dir.file("app.sqlite"), "--format", "files", "-o", dir.file("out"), ...args]);
  return { ...run, files: filesUnder(dir.file("out")) };
}

Deno.test("pictures are called by the title of their book, and the index says what each is", async () => {
  using dir = tempDir();
  const { code, out, files } = await exportFilesOf(dir, sampleApp());
  assert.deepEqual([code, out], [0, `Wrote 11 files to ${dir.file("out")}\n`]);
  assert.equal(files.includes("books/cover/Sense and Sensibility [102,20].png"), true);
  assert.equal(files.includes("books/cover/吾輩は猫である [102,38].png"), true);
  const [headings, ...rows] = readCsv(Deno.readTextFileSync(dir.file("out/index.csv")));
  assert.deepEqual(headings, ["table", "column", "row", "label", "name", "type", "bytes", "sha256", "file"]);
  assert.deepEqual(rows.map((row) => row[8]).sort(), files.filter((name) => name.endsWith(".png")));
  assert.equal(rows.every((row) => Deno.statSync(dir.file(`out/${row[8]}`)).size === Number(row[6])), true);
});

Deno.test("hostile labels, tables and columns stay in the folder, each file under a name of its own", async () => {
  using dir = tempDir();
  const { code, err, files } = await exportFilesOf(dir, hostile());
  assert.equal(code, 3);
  assert.match(err, /Column 'file' of table 'index.csv': 1 file has no bytes in the backup \(row \[2,12\]\)/);
  assert.deepEqual(dir.names(), ["app.sqlite", "out"]);
  assert.equal(files.length, LABELS.length + 1 + 3);
  assert.equal(files.includes("_/_._up/CON [1,3].png"), true);
  assert.equal(files.includes("index.csv_2/File/[2,12].txt"), true);
  assert.equal(new Set(files.map((name) => name.normalize("NFD").toLowerCase())).size, files.length);
  assert.equal(
    files.every((name) => name.split("/").every((part) => new TextEncoder().encode(part).length < 200)),
    true,
  );
});

Deno.test("--by id calls files by their row, --by hash by their bytes, each once", async () => {
  using dir = tempDir();
  const byId = await exportFilesOf(dir, sampleApp(), "--by", "id");
  assert.equal(byId.files.includes("books/cover/[102,20].png"), true);
  using other = tempDir();
  const byHash = await exportFilesOf(other, hostile(), "--by", "hash");
  assert.equal(byHash.files.filter((name) => /^sha256\/[0-9a-f]{2}\/[0-9a-f]{64}\.(png|txt)$/.test(name)).length, 2);
});

Deno.test("bytes that are not those that were backed up end the export, and nothing is left", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), sampleApp());
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(dir.file("app.sqlite"));
  database.exec("UPDATE _anvil_blobs SET bytes = x'00' WHERE rowid = 3 OR n = 0 AND sha256 LIKE '2bd7%'");
  database.close();
  const { code, err } = await runHere(["export", dir.file("app.sqlite"), "-f", "files", "-o", dir.file("out")]);
  assert.deepEqual([code, dir.names()], [4, ["app.sqlite"]]);
  assert.match(err, /are not those that were backed up/);
});
