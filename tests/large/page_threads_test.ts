/** The threads of `browse` in bad times: none can be started, one dies, one never answers, a reader goes away. */
import assert from "node:assert/strict";
import { systemClock } from "../../lib/clock.ts";
import { pathToFileURL } from "node:url";
import { ROOT } from "../architecture/source_tree.ts";
import { type ShownPage, showPage } from "../fixtures/browsing/running_page.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { BuiltNights } from "../fixtures/vault/built_nights.ts";
import { nightStart } from "../fixtures/vault/few_nights.ts";

/** A vault of two nights, and the page of its first, which has to be made. */
async function vaultOf(dir: TempDir): Promise<{ readonly vault: string; readonly oldNight: string }> {
  const vault = dir.file("shop.vault");
  await new BuiltNights(dir, 20, 1).into(vault, [1, 2]);
  return { vault, oldNight: `/row/101/1?at=${nightStart(1).slice(0, 19).replace(/[-:]/g, "")}Z` };
}

/** A module whose threads do what the program's do, and die when they hear something. */
function dyingModule(dir: TempDir, heard: string): string {
  return moduleOf(
    dir,
    `import { answerPages } from ${JSON.stringify(new URL("lib/browse/server/page_maker.ts", ROOT).href)};
import { makeNights } from ${JSON.stringify(new URL("lib/browse/nights/night_maker.ts", ROOT).href)};
addEventListener("message", ({ data }) => { if (${heard}) throw new Error("no memory"); });
self.name === "browse" ? answerPages(self) : makeNights(self);
`,
  );
}

function moduleOf(dir: TempDir, text: string): string {
  Deno.writeTextFileSync(dir.file("module.js"), text);
  return pathToFileURL(dir.file("module.js")).href;
}

/** A page once it is made, as a browser comes to it. */
async function shown(page: ShownPage, path: string): Promise<readonly [status: number, text: string]> {
  for (;;) {
    const answer = await page.get(path);
    const text = await answer.text();
    if (answer.status !== 202) return [answer.status, text];
  }
}

Deno.test("where no thread can be started, pages and nights are made in the program's own", async () => {
  using dir = tempDir();
  const { vault, oldNight } = await vaultOf(dir);
  await using page = await showPage(vault, systemClock, pathToFileURL(dir.file("nowhere.ts")).href);
  const [status, text] = await shown(page, oldNight);
  assert.equal(status, 200, text);
  assert.match(text, /Book 1/);
  assert.equal((await shown(page, "/search?q=book"))[0], 200);
});

Deno.test("searches and nights of a vault are made in threads of their own", async () => {
  using dir = tempDir();
  const { vault, oldNight } = await vaultOf(dir);
  const heard = dir.file("heard");
  // It dies of nothing: it notes what it hears.
  const notes = `Deno.writeTextFileSync(${
    JSON.stringify(heard)
  }, self.name + ":" + data.kind + " ", { append: true }), false`;
  await using page = await showPage(vault, systemClock, dyingModule(dir, notes));
  assert.match((await shown(page, oldNight))[1], /Book 1/);
  assert.equal((await shown(page, "/search?q=book"))[0], 200);
  const said = Deno.readTextFileSync(heard);
  assert.match(said, /browse-nights:make /);
  assert.match(said, /browse:ask /);
});

Deno.test("a page that takes its thread with it is not shown, and all others are", async () => {
  using dir = tempDir();
  const { vault } = await vaultOf(dir);
  await using page = await showPage(vault, systemClock, dyingModule(dir, `data.path === "/search?q=dies"`));
  for (let times = 0; times < 2; times++) {
    const [status, text] = await shown(page, "/search?q=dies");
    assert.equal(status, 503);
    assert.match(text, /This page could not be made, or took too long\./);
    assert.equal((await shown(page, "/search?q=book"))[0], 200);
    assert.equal((await shown(page, "/table/101"))[0], 200);
  }
});

Deno.test("a night whose thread dies is said to have failed", async () => {
  using dir = tempDir();
  const { vault, oldNight } = await vaultOf(dir);
  await using page = await showPage(vault, systemClock, dyingModule(dir, `data.kind === "make"`));
  const [status, text] = await shown(page, oldNight);
  assert.equal(status, 500, text);
  assert.match(text, /no memory/);
});

Deno.test("who waits for a page for half a minute is told so, and one who goes away leaves room for others", async () => {
  using dir = tempDir();
  const { vault } = await vaultOf(dir);
  const clock = new ManualClock();
  // It hears, and says nothing but that it does.
  const mute = moduleOf(dir, `postMessage({ kind: "ready" });\nonmessage = () => {};\n`);
  await using page = await showPage(vault, clock, mute);
  const leaving = new AbortController();
  const left = fetch(new URL("/search?q=one", page.origin), {
    signal: leaving.signal,
    headers: { cookie: page.cookie },
  });
  const waits = page.get("/search?q=two");
  while (!clock.hasPutOff(30_000)) await new Promise((resolve) => setTimeout(resolve, 1));
  leaving.abort();
  await assert.rejects(left, { name: "AbortError" });
  clock.advance(30_000);
  const answer = await waits;
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /This page could not be made, or took too long\./);
});
