/** `browse` as an owner uses it, in a real browser: from home to a row, by mouse, by keyboard, and without a script. */
import assert from "node:assert/strict";
import { SAMPLE_CONTENT } from "../fixtures/apps/sample_content.ts";
import { openTab, usingBrowser } from "../fixtures/browsing/browser.ts";
import { showPage } from "../fixtures/browsing/running_page.ts";
import { writeShopNights } from "../fixtures/browsing/shop_nights.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const WIDTHS = [1280, 360] as const;

Deno.test("browse leads from home to a row, along a link, to a file and into the basket", async (test) => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  await using page = await showPage(dir.file("app.sqlite"));
  await usingBrowser(async (browser) => {
    for (const width of WIDTHS) {
      for (const javaScript of [true, false]) {
        await test.step(`${width} px, ${javaScript ? "with" : "without"} JavaScript`, async () => {
          await using opened = await openTab(browser, page.url, { width, javaScript });
          const { tab, wrong } = opened;
          assert.equal(new URL(tab.url()).search, "");
          assert.match(await tab.textContent("main") ?? "", /2026-11-28/);
          await tab.click("main .cards >> text=orders");
          assert.equal(await tab.textContent("h1"), "orders");
          // Sorted by its total, the largest first.
          await tab.click("th >> text=total");
          await tab.click("th >> text=total");
          assert.match(await tab.textContent("tbody tr:first-child .number") ?? "", /149\.25/);
          // Filtered.
          await tab.click(".filter summary");
          await tab.selectOption("select[name=o4]", "yes");
          await tab.click(".filter button");
          assert.match(await tab.textContent(".chip") ?? "", /paid is yes/);
          await tab.click("main a[rel=next]");
          assert.equal(await tab.locator("tbody tr").count(), 25);
          // Along a link to a customer, and back to what links there.
          await tab.click("tbody tr:first-child td:nth-child(2) a");
          assert.match(await tab.textContent("h1") ?? "", /^reader\d+@example\.com$/);
          assert.doesNotMatch(await tab.content(), /\$2b\$/);
          await tab.click("section h3 a >> text=orders");
          assert.match(await tab.textContent(".chip") ?? "", /^customer links to/);
          // Two rows into the basket.
          await tab.check("tbody tr:nth-child(1) .tick input");
          await tab.check("tbody tr:nth-child(2) .tick input");
          if (javaScript) {
            await tab.waitForSelector("#basket-count >> text='2'");
            await tab.click(".menu .basket");
          } else {
            await tab.click("button.put");
          }
          const command = await tab.textContent(".command") ?? "";
          assert.match(
            command,
            /^anvil-sqlite restore ".*app\.sqlite.*" --revert --row "\[104,\d+\]" --row "\[104,\d+\]"$/,
          );
          // The basket goes along.
          await tab.click(".menu >> text=Files");
          assert.equal(await tab.textContent("#basket-count"), "2");
          await tab.click(".gallery figcaption a >> nth=0");
          assert.match(tab.url(), /\/media\/\d+$/);
          assert.deepEqual(wrong, []);
        });
      }
    }
  });
});

Deno.test("browse shows several nights: one is chosen, two are compared, a deleted row goes into the basket", async (test) => {
  using dir = tempDir();
  await writeShopNights(dir);
  await using page = await showPage(dir.path);
  await usingBrowser(async (browser) => {
    for (const javaScript of [true, false]) {
      await test.step(javaScript ? "with JavaScript" : "without JavaScript", async () => {
        await using opened = await openTab(browser, page.url, { javaScript });
        const { tab, wrong } = opened;
        assert.equal(await tab.locator(".strip li").count(), 5);
        await tab.click(".strip .incomplete");
        assert.match(await tab.textContent(".hero") ?? "", /An older backup\s+2026-11-02/);
        await tab.click(".menu >> text=Compare");
        await tab.selectOption("select[name=a]", "20261104T020700Z");
        await tab.selectOption("select[name=b]", "20261105T020700Z");
        await tab.click(".choose button");
        assert.match(await tab.textContent(".hits") ?? "", /deleted\s+Bob/);
        await tab.check(".hits .tick input");
        if (javaScript) await tab.waitForSelector("#basket-count >> text='1'");
        await tab.click(javaScript ? ".menu .basket" : "button.put");
        assert.match(await tab.textContent(".command") ?? "", /@2026-11-04T02:07:00Z" --revert --row "\[2,3\]"$/);
        await tab.goto(`${page.origin}/row/1/1`);
        assert.match(await tab.textContent(".life") ?? "", /price\s+9\s+→\s+19\.99/);
        assert.deepEqual(wrong, []);
      });
    }
  });
});

Deno.test("browse can be used by keyboard: / searches, results come while one writes, arrows and Enter open a row", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  await using page = await showPage(dir.file("app.sqlite"));
  await usingBrowser(async (browser) => {
    await using opened = await openTab(browser, page.url);
    const { tab, wrong } = opened;
    // The first Tab reaches the way past the menus.
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate("document.activeElement.textContent"), "Skip to the page");
    await tab.keyboard.press("Enter");
    assert.equal(await tab.evaluate("document.activeElement.id"), "main");
    await tab.keyboard.press("/");
    await tab.keyboard.type("emma");
    await tab.keyboard.press("Enter");
    await tab.waitForSelector(".hits mark");
    await tab.keyboard.press("/");
    await tab.keyboard.type("germinal");
    await tab.waitForSelector(".hits mark >> text='Germinal'");
    await tab.click("aside >> text=books");
    await tab.waitForURL("**/table/102");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Enter");
    await tab.waitForURL("**/row/102/22");
    assert.equal(await tab.textContent("h1"), "Pride and Prejudice");
    // A click beside a link opens the row too.
    await tab.click("aside >> text=books");
    await tab.waitForURL("**/table/102");
    await tab.click("tbody tr:nth-child(3) td.number >> nth=0");
    await tab.waitForURL("**/row/102/24");
    await tab.click(".copy + button");
    assert.equal(await tab.evaluate("navigator.clipboard.readText()"), "[102,24]");
    assert.deepEqual(wrong, []);
  });
});

Deno.test("no page is wider than the screen, at 360 and at 1280 px", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  await using page = await showPage(dir.file("app.sqlite"));
  await usingBrowser(async (browser) => {
    for (const width of WIDTHS) {
      await using opened = await openTab(browser, page.url, { width });
      for (const path of PATHS) {
        await opened.tab.goto(page.origin + path);
        const beyond = await opened.tab.evaluate("document.documentElement.scrollWidth - innerWidth");
        assert.ok(Number(beyond) <= 0, `${path} at ${width}: ${beyond} px too wide`);
      }
    }
  });
});

const PATHS = [
  "/",
  "/table/102",
  "/table/104?o4=yes&sort=-3",
  "/row/102/24",
  "/row/103/52?secrets=show",
  "/search?q=reader",
  "/files",
  "/health",
  "/details",
  "/basket?basket=20261128T020700Z~102.24,104.120",
  "/nothing-here",
];
