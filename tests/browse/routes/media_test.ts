/** Files of a backup: the gallery, one file, and all as a ZIP; and what search finds. */
import assert from "node:assert/strict";
import { SAMPLE_CONTENT } from "../../fixtures/apps/sample_content.ts";
import { hostileApp } from "../../fixtures/apps/hostile_app.ts";
import { pagesOf } from "../../fixtures/browsing/pages_of.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

Deno.test("the gallery shows every use of a file with the row that uses it, and can be narrowed", async () => {
  await using pages = await pagesOf(SAMPLE_CONTENT);
  const { text } = await pages.get("/files");
  assert.equal(text.match(/<figure>/g)?.length, 11);
  assert.match(text, /Emma\.png/);
  assert.match(text, /href="\/row\/102\/24"/);
  assert.match((await pages.get("/files?type=audio")).text, /No files here/);
  assert.equal((await pages.get("/files?table=102&type=images")).text.match(/<figure>/g)?.length, 11);
});

Deno.test("a file is sent byte for byte, and saved when that is asked for", async () => {
  await using pages = await pagesOf(SAMPLE_CONTENT);
  const first = SAMPLE_CONTENT.media[0];
  assert.deepEqual(await pages.bytes("/media/1"), first?.bytes);
  const { headers } = await pages.get("/media/1");
  assert.equal(headers.get("content-type"), "image/png");
  assert.match(headers.get("content-disposition") ?? "", /^inline; filename="Sense and Sensibility\.png"/);
  assert.match((await pages.get("/media/1?save=yes")).headers.get("content-disposition") ?? "", /^attachment; /);
});

Deno.test("a text file's beginning is shown with its row, as text", async () => {
  await using pages = await pagesOf(hostileApp({}));
  const { text } = await pages.get("/row/7/1");
  assert.match(
    text,
    /<pre dir="auto" tabindex="0">&lt;script&gt;document\.title=&#39;owned&#39;&lt;\/script&gt;<\/pre>/,
  );
});

Deno.test("all files come as a ZIP that other programs read", async () => {
  await using pages = await pagesOf(SAMPLE_CONTENT);
  using dir = tempDir();
  await Deno.writeFile(dir.file("files.zip"), await pages.bytes("/files.zip"));
  const script =
    "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip()); [print(n) for n in z.namelist()]";
  const { stdout, success } = await new Deno.Command("python3", { args: ["-c", script, dir.file("files.zip")] })
    .output();
  assert.ok(success);
  const [broken, ...names] = new TextDecoder().decode(stdout).trim().split("\n");
  assert.equal(broken, "None");
  assert.equal(names.length, 11);
  assert.equal(names[0], "books/20 Sense and Sensibility.png");
});

Deno.test("search finds texts, numbers and row ids in every table, and says where", async () => {
  await using pages = await pagesOf(SAMPLE_CONTENT);
  const search = async (text: string) => (await pages.get(`/search?q=${encodeURIComponent(text)}`)).text;
  assert.match(await search("EMMA"), /<mark>Emma<\/mark>/);
  assert.match(await search("thérèse"), /<mark>Thérèse<\/mark>/);
  assert.match(await search("THÉRÈSE raquin"), /href="\/row\/102\/34"/);
  assert.match(await search("9780000000000000003"), /href="\/row\/102\/26"/);
  assert.match(await search("[102, 24]"), /<h2>Row<\/h2>/);
  const many = await search("reader");
  assert.equal(many.match(/<mark>reader<\/mark>/g)?.length, 10);
  assert.match(many, /Only the first rows are listed of/);
  assert.match(await search("no such words"), /Nothing was found\./);
});
