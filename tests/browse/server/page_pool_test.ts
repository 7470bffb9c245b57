/** Crowds of requests: nobody who asks for a quick page waits for those who sort, and who has gone is not worked for. */
import assert from "node:assert/strict";
import { writeServedApp } from "../../fixtures/files/archive_fixture.ts";
import { showPage } from "../../fixtures/browsing/running_page.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

/** The table of many rows. */
const SORTED = "/table/15?sort=-2";

Deno.test("a quick page comes while a crowd sorts a large table, and all of them are answered", async () => {
  using dir = tempDir();
  await writeServedApp(dir.file("app.sqlite"), 8_000);
  await using page = await showPage(dir.file("app.sqlite"));
  let sorted = 0;
  const crowd = Array.from({ length: 30 }, async () => {
    const answer = await page.get(SORTED);
    await answer.body?.cancel();
    sorted++;
    return answer.status;
  });
  const quick = await page.get("/row/5/78");
  assert.match(await quick.text(), /P0/);
  assert.ok(sorted < 30, `${sorted} sorted pages came before the quick one`);
  assert.deepEqual(new Set(await Promise.all(crowd)), new Set([200]));
});

Deno.test("more requests than may wait are told to come again, and the page goes on", async () => {
  using dir = tempDir();
  await writeServedApp(dir.file("app.sqlite"), 25);
  await using page = await showPage(dir.file("app.sqlite"));
  const statuses = await Promise.all(Array.from({ length: 320 }, async () => {
    const answer = await page.get("/table/5?sort=0");
    await answer.body?.cancel();
    return answer.status;
  }));
  const refused = statuses.filter((status) => status === 503).length;
  assert.deepEqual([...new Set(statuses)].filter((status) => status !== 200 && status !== 503), []);
  assert.ok(statuses.length - refused >= 256, `${refused} were refused`);
  const after = await page.get("/health");
  await after.body?.cancel();
  assert.equal(after.status, 200);
});

Deno.test("a reader who goes away in the middle of a download leaves nothing behind that others wait for", async () => {
  using dir = tempDir();
  await writeServedApp(dir.file("app.sqlite"), 25);
  await using page = await showPage(dir.file("app.sqlite"));
  for (let n = 0; n < 20; n++) {
    const { body } = await page.get("/search?q=row");
    const reader = body?.getReader();
    await reader?.read();
    await reader?.cancel();
  }
  const { status, body } = await page.get("/health");
  await body?.cancel();
  assert.equal(status, 200);
});
