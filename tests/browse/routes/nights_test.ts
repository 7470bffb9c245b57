/** Several nights: the strip, what changed between two, a row's life, and the command that names its night. */
import assert from "node:assert/strict";
import { fileAt } from "../../../lib/source/file_snapshot.ts";
import { recordCheck } from "../../../lib/source/checks.ts";
import { VaultAdder } from "../../../lib/vault/add_snapshots.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { assertHarmless } from "../../fixtures/browsing/harmless_page.ts";
import { type Pages, pagesOfSource } from "../../fixtures/browsing/pages_of.ts";
import { writeShopNights } from "../../fixtures/browsing/shop_nights.ts";
import { forumFile } from "../../fixtures/files/forum_file.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

/** A page's text without tags, blanks as one. */
async function wordsOf(pages: Pages, path: string): Promise<string> {
  for (let tries = 0;; tries++) {
    const { status, text } = await pages.get(path);
    // A night of a vault is being taken out: the page asks again by itself.
    if (status === 202 && tries < 50) continue;
    assert.equal(status, 200, `${path}: ${text}`);
    assertHarmless(text, path);
    return text.replace(/<[^>]*>/g, " ").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replace(/\s+/g, " ");
  }
}

/** The same for a folder and for a vault of the same files. */
async function eachKind(test: Deno.TestContext, body: (pages: Pages, source: string) => Promise<void>) {
  using dir = tempDir();
  const folder = dir.file("nights");
  await Deno.mkdir(folder);
  const paths = await writeShopNights({ ...dir, path: folder, file: (name) => `${folder}/${name}` });
  const vault = dir.file("shop.vault");
  {
    const now = () => new Date("2026-11-06T00:00:00Z");
    await using adder = new VaultAdder(vault, { force: false, now, onStep: () => {} });
    for (const path of paths) await adder.add({ open: () => Promise.resolve(fileAt(path)) });
  }
  for (const [kind, source] of [["folder", folder], ["vault", vault]] as const) {
    await test.step(kind, async () => {
      await using pages = await pagesOfSource(source);
      await body(pages, source);
    });
  }
}

Deno.test("home shows the newest good night, and each night as complete, incomplete or missing", async (test) => {
  await eachKind(test, async (pages) => {
    const home = await wordsOf(pages, "/");
    assert.match(home, /bookshop/);
    assert.match(home, /Last good backup 2026-11-05/);
    assert.match(home, /✓ ! · ✓ ✓ ✓ complete ! incomplete · missing/);
    assert.match(home, /Rows: 3 at first, 2 at last, 3 at most/);
    const health = await wordsOf(pages, "/health");
    assert.match(health, /Nights without a backup: 2026-11-03/);
    const older = await wordsOf(pages, "/?at=20261102T020700Z");
    assert.match(older, /An older backup 2026-11-02/);
    assert.match(older, /Incomplete · all rows from the same moment: yes/);
  });
});

Deno.test("two nights are compared cell by cell; secrets are never shown", async (test) => {
  await eachKind(test, async (pages) => {
    for (
      const path of ["/compare?a=20261101T020700Z&b=20261104T020700Z", "/compare?a=20261104T020700Z&b=20261105T020700Z"]
    ) {
      await wordsOf(pages, path);
    }
    const prices = await wordsOf(pages, "/compare?a=20261101T020700Z&b=20261104T020700Z");
    assert.match(prices, /books changed Emma \[1,1\] price 9 → 19\.99 password_hash hidden, differs/);
    assert.doesNotMatch(prices, /hash 9|customers deleted/);
    const gone = await wordsOf(pages, "/compare?a=20261104T020700Z&b=20261105T020700Z");
    assert.match(gone, /customers deleted Bob \[2,3\]/);
    assert.match(await wordsOf(pages, "/compare?a=20261105T020700Z&b=20261105T020700Z"), /Nothing differs\./);
    // Without a choice: the newest night and the one before it.
    assert.match(await wordsOf(pages, "/compare"), /deleted Bob/);
  });
});

Deno.test("a row's page tells its life over the nights", async (test) => {
  await eachKind(test, async (pages) => {
    const life = (await wordsOf(pages, "/row/1/1")).split("Its life")[1] ?? "";
    assert.match(
      life,
      /^ over 4 nights 2026-11-04 \d\d:07:00 changed price 9 → 19\.99 password_hash hidden, differs 2026-11-01/,
    );
    assert.match(await wordsOf(pages, "/row/2/3?at=20261104T020700Z"), /2026-11-05 \d\d:07:00 gone/);
  });
});

Deno.test("the list of tables says how many rows came or went since the night before", async (test) => {
  await eachKind(test, async (pages) => {
    assert.match(await wordsOf(pages, "/table/2"), /customers 1 −1/);
  });
});

Deno.test("the command of a basket names each night by its full time", async (test) => {
  await eachKind(test, async (pages, source) => {
    const page = await wordsOf(pages, "/basket?basket=20261104T020700Z~2.3~~20261101T020700Z~1.1");
    assert.ok(page.includes(`anvil-sqlite restore "${source}@2026-11-04T02:07:00Z" --revert --row "[2,3]"`), page);
    assert.ok(page.includes(`anvil-sqlite restore "${source}@2026-11-01T02:07:00Z" --revert --row "[1,1]"`), page);
  });
});

Deno.test("@WHEN says which night is shown first, and a drill of it is told", async () => {
  using dir = tempDir();
  const paths = await writeShopNights(dir);
  using archive = await openArchive(paths[2] ?? "");
  const digest = String(archive.catalogue.provenance.get("digest"));
  await recordCheck(dir.path, { digest, time: new Date("2026-11-25T10:00:00Z"), kind: "drill", result: "good" });
  await using pages = await pagesOfSource(`${dir.path}@2026-11-04T03:00Z`);
  assert.match(await wordsOf(pages, "/"), /Last good backup 2026-11-04 .* drilled 3 days ago/);
});

Deno.test("a file of the forum scripts is shown like any other", async () => {
  using dir = tempDir();
  forumFile(dir.file("forum.db"));
  await using pages = await pagesOfSource(dir.file("forum.db"));
  assert.match(await wordsOf(pages, "/"), /pets/);
  const { text } = await pages.get("/");
  const [, table = ""] = /href="\/table\/(\d+)"/.exec(text) ?? [];
  await wordsOf(pages, `/table/${table}`);
});
