/** axe finds nothing serious or critical on any page, light or dark, wide or narrow. */
import assert from "node:assert/strict";
import { loadAxe } from "../deps.ts";
import { SAMPLE_CONTENT } from "../fixtures/apps/sample_content.ts";
import { openTab, usingBrowser } from "../fixtures/browsing/browser.ts";
import { showPage } from "../fixtures/browsing/running_page.ts";
import { writeShopNights } from "../fixtures/browsing/shop_nights.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const PATHS = [
  "/",
  "/table/102",
  "/table/103",
  "/table/104?o4=yes&sort=-3",
  "/row/102/24",
  "/row/103/52",
  "/search?q=reader",
  "/search?q=",
  "/files",
  "/health",
  "/details",
  "/basket",
  "/basket?basket=20261128T020700Z~102.24,104.120",
  "/nothing-here",
];

interface Found {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** Pages of several nights. */
const NIGHT_PATHS = ["/", "/compare?a=20261101T020700Z&b=20261105T020700Z", "/row/1/1"];

/** All rules on wide light pages; in other looks only what they change. */
const LOOKS = [
  { look: { width: 1280 }, paths: PATHS, options: {} },
  { look: { width: 1280, dark: true }, paths: PATHS, options: { runOnly: ["color-contrast"] } },
  { look: { width: 360 }, paths: PATHS.slice(0, 6), options: { runOnly: ["wcag2a", "wcag2aa", "wcag22aa"] } },
] as const;

Deno.test("axe finds nothing serious or critical", async (test) => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  await Deno.mkdir(dir.file("nights"));
  await writeShopNights({ ...dir, file: (name) => dir.file(`nights/${name}`) });
  await using one = await showPage(dir.file("app.sqlite"));
  await using several = await showPage(dir.file("nights"));
  const { source } = await loadAxe();
  await usingBrowser(async (browser) => {
    for (const { look, paths, options } of LOOKS) {
      for (const [page, all] of [[one, paths], [several, NIGHT_PATHS]] as const) {
        await using opened = await openTab(browser, page.url, look);
        for (const path of all) {
          await test.step(`${path} ${JSON.stringify(look)}`, async () => {
            await opened.tab.goto(page.origin + path);
            // By the debugger, since the page's policy takes no script from elsewhere.
            await opened.tab.evaluate(source);
            const run = `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`;
            const found = await opened.tab.evaluate(run) as readonly Found[];
            const bad = found.filter(({ impact }) => impact === "serious" || impact === "critical");
            assert.deepEqual(
              bad.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html).join(" ")}`),
              [],
            );
          });
        }
      }
    }
  });
});
