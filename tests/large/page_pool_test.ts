/** Crowds of requests: nobody who asks for a quick page waits for those who sort, and who has gone is not worked for. */
import assert from "node:assert/strict";
import { writeServedApp } from "../fixtures/files/archive_fixture.ts";
import { SharedAnswers } from "../../lib/browse/server/shared_answers.ts";
import { showPage } from "../fixtures/browsing/running_page.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

/** The table of many rows, sorted; each page a different one, since equal ones are made once. */
const sortedPage = (n: number) => `/table/15?sort=-2&o2=from&f2=-${n}`;

Deno.test("a quick page comes while a crowd sorts a large table, and all of them are answered", async () => {
  using dir = tempDir();
  await writeServedApp(dir.file("app.sqlite"), 8_000);
  await using page = await showPage(dir.file("app.sqlite"));
  let sorted = 0;
  const crowd = Array.from({ length: 30 }, async (_, n) => {
    const answer = await page.get(sortedPage(n));
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
  const statuses = await Promise.all(Array.from({ length: 320 }, async (_, n) => {
    const answer = await page.get(`/table/5?sort=0&o0=has&f0=${n}`);
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

Deno.test("a crowd that asks for one sorted page gets it made once, also when some of them go away", async () => {
  let made = 0;
  const page = Promise.withResolvers<Response>();
  const answers = new SharedAnswers();
  const make = () => (made++, page.promise);
  const gone = Promise.withResolvers<never>();
  const stays = new Promise<never>(() => {});
  const crowd = Array.from({ length: 20 }, (_, n) => answers.answer("/", n === 0 ? gone.promise : stays, make));
  gone.reject(new Error("gone"));
  page.resolve(new Response("rows"));
  const texts = await Promise.all(crowd.map(async (answer) => await (await answer).text()));
  assert.deepEqual([made, new Set(texts)], [1, new Set(["rows"])]);
  await (await answers.answer("/", stays, () => (made++, Promise.resolve(new Response("new"))))).text();
  assert.equal(made, 2, "nothing is kept");
});

Deno.test("a page that nobody waits for any more is given up", async () => {
  const answers = new SharedAnswers();
  const leaving = [Promise.withResolvers<never>(), Promise.withResolvers<never>()];
  let left: boolean | null = false;
  const make = async (nobodyWaits: Promise<unknown>) => {
    await nobodyWaits.catch(() => left = true);
    return new Response(null, { status: 503 });
  };
  const crowd = leaving.map(({ promise }) => answers.answer("/", promise, make));
  leaving[0]?.reject(new Error("gone"));
  await Promise.resolve();
  assert.equal(left, false);
  leaving[1]?.reject(new Error("gone"));
  assert.deepEqual((await Promise.all(crowd)).map(({ status }) => status), [503, 503]);
  assert.equal(left, true);
});

Deno.test("a reader who goes after the answer came takes no part in the next one for the same path", async () => {
  const answers = new SharedAnswers();
  const stays = new Promise<never>(() => {});
  const late = Promise.withResolvers<never>();
  await (await answers.answer("/", late.promise, () => Promise.resolve(new Response("old")))).text();
  let made = 0;
  const page = Promise.withResolvers<Response>();
  const make = () => (made++, page.promise);
  const first = answers.answer("/", stays, make);
  late.reject(new Error("gone"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  const second = answers.answer("/", stays, make);
  page.resolve(new Response("new"));
  assert.deepEqual([await (await first).text(), await (await second).text(), made], ["new", "new", 1]);
});
