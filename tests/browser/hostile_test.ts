/** A backup whose every name and value is a script: in a real browser nothing of it runs, and nothing is asked of others. */
import assert from "node:assert/strict";
import { hostileApp, type HostileParts } from "../fixtures/apps/hostile_app.ts";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { linksIn } from "../fixtures/browsing/harmless_page.ts";
import { openTab, usingBrowser } from "../fixtures/browsing/browser.ts";
import { showPage } from "../fixtures/browsing/running_page.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const RUNS = "<img src=x onerror=alert(1)><script>alert(2)</script>";
const LEAVES = `"><svg onload=alert(3)><img src="https://evil.example/x.png">`;

const APPS: readonly HostileParts[] = [
  {
    tableName: RUNS,
    columnName: LEAVES,
    text: LEAVES,
    json: `{"a":"</pre><script>alert(4)</script>"}`,
    mediumName: `${RUNS}.png`,
    mediumType: "image/png",
    warning: RUNS,
    provenance: LEAVES,
  },
  { text: "javascript:alert(5)", mediumType: "text/html", mediumName: "a.html" },
  { text: "' onfocus=alert(6) autofocus x='", mediumType: "image/svg+xml", mediumName: "a.svg" },
  { text: "\u202E<b>", mediumType: "text/plain", mediumName: "a.txt" },
];

Deno.test("a hostile backup sets off nothing in a browser, and its pages can be used", async (test) => {
  await usingBrowser(async (browser) => {
    for (const [at, parts] of APPS.entries()) {
      await test.step(`backup ${at + 1}`, async () => {
        using dir = tempDir();
        await buildArchive(dir.file("hostile.sqlite"), hostileApp(parts));
        await using page = await showPage(dir.file("hostile.sqlite"));
        await using opened = await openTab(browser, page.url);
        const { tab, wrong } = opened;
        const seen = new Set<string>();
        const left = ["/", "/search?q=a", "/search?q=%3Cscript%3Ealert(7)%3C/script%3E"];
        for (let path = left.shift(); path !== undefined && seen.size < 25; path = left.shift()) {
          if (seen.has(path) || path.startsWith("/assets/") || /zip|rows\.txt|^\/text\//.test(path)) continue;
          seen.add(path);
          if (path.startsWith("/media/")) {
            await tab.evaluate((address) => fetch(address).then((answer) => answer.text()), path);
            if (parts.mediumType !== "text/plain" || path.includes("save")) continue;
          }
          await tab.goto(page.origin + path);
          assert.doesNotMatch(await tab.title(), /owned/);
          left.push(...linksIn(await tab.content()));
        }
        assert.ok([...seen].some((path) => path.startsWith("/row/7/1")), "a row was seen");
        assert.deepEqual(wrong.filter((line) => !isBrokenPicture(line)), []);
      });
    }
  });
});

/** The picture is none: the browser says so. */
function isBrokenPicture(line: string): boolean {
  return /^console: Failed to load resource: the server responded with a status of 404/.test(line);
}
