/**
 * Makes pictures of the main pages of `browse`: `deno task pictures [FOLDER]`, into `dist/pictures` when none is named. The
 * shop that they show is the demo's, over three weeks of nights.
 */
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import type { Cell } from "../../lib/value/cell.ts";
import { openTab, usingBrowser } from "../fixtures/browsing/browser.ts";
import { showPage } from "../fixtures/browsing/running_page.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

/** The pages, by the names of their pictures. */
const PAGES = {
  home: "/",
  table: "/table/102?sort=-2",
  row: "/row/102/24",
  search: "/search?q=waverley",
  files: "/files",
  compare: "/compare?a=20261118T020700Z&b=20261127T020700Z",
  basket: "/basket?basket=20261118T020700Z~102.24,102.26,103.128",
} as const;

const LOOKS = [
  { name: "wide", width: 1280, dark: false },
  { name: "wide-dark", width: 1280, dark: true },
  { name: "narrow", width: 360, dark: false },
  { name: "narrow-dark", width: 360, dark: true },
] as const;

/** Places of columns in the demo's books. */
const [TITLE, PRICE] = [0, 3];

/** Three weeks of the demo's shop: prices change, customers go, two nights are missing, one is incomplete. */
async function writeNights(folder: string): Promise<void> {
  const shop = sampleApp();
  for (let day = 0; day < 21; day++) {
    if (day === 8 || day === 9) continue;
    const start = new Date(Date.UTC(2026, 10, 7 + day, 2, 7));
    const rows = new Map(
      [...shop.rows].map(([name, all]) => [name, all.map(({ id, cells }) => ({ id, cells: [...cells] }))] as const),
    );
    const book = (at: number, column: number, cell: Cell) => rows.get("books")?.[at]?.cells.splice(column, 1, cell);
    book(2, PRICE, day < 13 ? 9 : day < 17 ? 19.99 : 21.5);
    if (day >= 15) book(3, TITLE, "Waverley; or, 'Tis Sixty Years Since");
    if (day >= 16) rows.set("customers", rows.get("customers")?.slice(0, 37) ?? []);
    rows.set("orders", rows.get("orders")?.slice(0, 88 + day * 3) ?? []);
    await buildArchive(`${folder}/bookshop.${start.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z.sqlite`, {
      ...shop,
      rows,
      provenance: [
        ["app_id", "BOOKSHOP"],
        ["app_name", "bookshop"],
        ["backup_start", start.toISOString()],
        ["complete", day === 5 ? "no" : "yes"],
        ["snapshot_kind", "consistent"],
      ],
    });
  }
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? "dist/pictures";
  await Deno.mkdir(folder, { recursive: true });
  using dir = tempDir();
  await writeNights(dir.path);
  await using page = await showPage(dir.path);
  await usingBrowser(async (browser) => {
    for (const { name: look, width, dark } of LOOKS) {
      await using opened = await openTab(browser, page.url, { width, dark });
      // The folder's own name is different each time.
      const rename = `{
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(${
        JSON.stringify(dir.path)
      }, "backups");
      }`;
      for (const [name, path] of Object.entries(PAGES)) {
        await opened.tab.goto(page.origin + path);
        await opened.tab.waitForLoadState("networkidle");
        await opened.tab.evaluate(rename);
        await opened.tab.screenshot({ path: `${folder}/${name}-${look}.png` });
      }
    }
  });
  console.log(`${Object.keys(PAGES).length * LOOKS.length} pictures in ${folder}`);
}
