/**
 * What a backup's contents, a crafted address, or another site may try on the page: nothing of it runs, loads, leads
 * elsewhere or breaks the page. Each line is one input.
 */
import assert from "node:assert/strict";
import { hostileApp, type HostileParts } from "../../fixtures/apps/hostile_app.ts";
import { assertHarmless, linksIn } from "../../fixtures/browsing/harmless_page.ts";
import { pagesOf } from "../../fixtures/browsing/pages_of.ts";

const SCRIPT = "<script>alert(1)</script>";
const BREAKOUT = `"><img src=x onerror=alert(1)>`;
const NO_QUOTES = "x onmouseover=alert(1) y";
const COMMENT = "--><script>alert(1)</script><!--";
const TITLE_END = "</title></head><script>alert(1)</script>";
const TEMPLATE = "${alert(1)} {{constructor.constructor('alert(1)')()}}";
const DIRECTION = "\u202Egpj.exe\u2066";

/** Contents of a backup. */
const CONTENTS: readonly (readonly [name: string, parts: HostileParts])[] = [
  ["a script as a table's name", { tableName: SCRIPT }],
  ["quotes that leave an attribute in a table's name", { tableName: BREAKOUT }],
  ["an attribute without quotes in a table's name", { tableName: NO_QUOTES }],
  ["the end of the title in a table's name", { tableName: TITLE_END }],
  ["a path as a table's name", { tableName: "../../../etc/passwd" }],
  ["SQL as a table's name", { tableName: `x"; DROP TABLE _anvil_tables; --` }],
  ["no table's name", { tableName: "" }],
  ["a script as a column's name", { columnName: SCRIPT }],
  ["quotes in a column's name", { columnName: `a" onclick="alert(1)` }],
  ["SQL as a column's name", { columnName: `") FROM x; --` }],
  ["a prototype's member as a column's name", { columnName: "__proto__" }],
  ["a script as a cell, which is the row's label too", { text: SCRIPT }],
  ["quotes that leave an attribute in a cell", { text: BREAKOUT }],
  ["the end of a comment in a cell", { text: COMMENT }],
  ["a template in a cell", { text: TEMPLATE }],
  ["an address that runs, as a cell", { text: "javascript:alert(1)" }],
  ["marks that change the direction of writing", { text: DIRECTION }],
  ["controls in a cell", { text: "a\u0001\u001b[2Jb\u007f\u0085" }],
  ["half a character in a cell", { text: "a\ud83d" }],
  ["a cell of a megabyte", { text: "<b>".repeat(350_000) }],
  ["entities in a cell", { text: "&lt;script&gt;&#60;b&#62;&amp;" }],
  ["a script in an object", { json: `{"<script>":"</pre><script>alert(1)</script>"}` }],
  ["an object of many levels", { json: `${"[".repeat(900)}${"]".repeat(900)}` }],
  ["a script as a medium's name", { mediumName: `${SCRIPT}.png` }],
  ["quotes and lines in a medium's name", { mediumName: `a"\r\nSet-Cookie: x=1\r\n\r\n<b>.png` }],
  ["a path as a medium's name", { mediumName: "../../../../etc/passwd" }],
  ["a device as a medium's name", { mediumName: "CON.txt" }],
  ["a medium of HTML", { mediumType: "text/html", mediumName: "a.html" }],
  ["a medium of SVG", { mediumType: "image/svg+xml", mediumName: "a.svg" }],
  ["a medium of XHTML", { mediumType: "application/xhtml+xml" }],
  ["a medium of JavaScript", { mediumType: "text/javascript" }],
  ["a medium of XML", { mediumType: "text/xml" }],
  ["a medium's type with a header in it", { mediumType: "image/png\r\nX-Evil: 1" }],
  ["a medium's type with another behind it", { mediumType: "image/png, text/html" }],
  ["a medium's type with parameters", { mediumType: `text/plain; charset="><script>` }],
  ["a script in a warning", { warning: SCRIPT }],
  ["a script in the provenance", { provenance: BREAKOUT }],
];

for (const [name, parts] of CONTENTS) {
  Deno.test(`a backup may hold ${name}: every page is harmless, and works`, async () => {
    await using pages = await pagesOf(hostileApp(parts));
    const seen = new Set<string>();
    const left = ["/", "/search?q=a", "/search?q=%3Cscript", "/table/7?sort=0&o0=has&f0=%3Cscript"];
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      if (seen.has(path) || seen.size >= 35) continue;
      seen.add(path);
      const { status, headers, text } = await pages.get(path);
      const type = headers.get("content-type") ?? "";
      assert.ok(status === 200 || status === 303, `${path}: ${status}`);
      if (path.startsWith("/media/")) assertMedium(headers, parts);
      if (!/^text\/html/i.test(type)) continue;
      assertHarmless(text, path);
      assert.ok(text.length <= 100_000, `${path} weighs ${text.length}`);
      assert.doesNotMatch(path.includes("secrets=show") ? "" : text, /SECRET-HASH/, path);
      left.push(...linksIn(text).filter((link) => !link.startsWith("/assets/") && !link.includes("basket=")));
    }
    for (const page of ["/table/7", "/row/7/1", "/files", "/health", "/details"]) assert.ok(seen.has(page), page);
  });
}

function assertMedium(headers: Headers, { mediumType = "text/plain" }: HostileParts): void {
  const type = headers.get("content-type") ?? "";
  const disposition = headers.get("content-disposition") ?? "";
  const isSafe = /^(?:text\/plain|image\/png)(?:;|$)/.test(mediumType) && !/\r|,/.test(mediumType);
  assert.match(type, isSafe ? /^(?:text\/plain; charset=utf-8|image\/png)$/ : /^application\/octet-stream$/);
  assert.match(
    disposition,
    /^(?:inline|attachment); filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[\w.!~*%-]*$/,
  );
  if (!isSafe) assert.match(disposition, /^attachment/);
  assert.doesNotMatch(disposition, /[/\\]|\.\./);
  assert.equal(headers.get("set-cookie"), null);
  assert.equal(headers.get("x-evil"), null);
}

/** Addresses, with what they are answered by. */
const ADDRESSES: readonly (readonly [path: string, status: number])[] = [
  ["/../../../etc/passwd", 404],
  ["/..%2f..%2f..%2fetc%2fpasswd", 404],
  ["/%2e%2e/%2e%2e/etc/passwd", 404],
  ["/assets/../../main.ts", 404],
  ["/assets/%2e%2e%2fmain.ts", 404],
  ["/assets/page.css%00.png", 404],
  ["//example.com/", 404],
  ["/table/7;DROP%20TABLE%20x", 404],
  ["/table/7%20OR%201=1", 404],
  ["/table/-1", 404],
  ["/table/8", 404],
  ["/table/999999999999999999999", 404],
  ["/table/__proto__", 404],
  ["/table/_anvil_tables", 404],
  ["/row/7/0", 404],
  ["/row/7/3", 404],
  ["/row/7/18446744073709551615", 404],
  ["/row/7/1'%20OR%20'1'='1", 404],
  ["/row/7/[7,1]", 404],
  ["/row/1/1", 404],
  ["/media/0", 404],
  ["/media/2", 404],
  ["/media/9223372036854775808", 404],
  ["/media/1%2f..%2f2", 404],
  ["/text/7/1/5", 404],
  ["/text/7/1/99", 404],
  ["/text/7/1/2", 404],
  ["/?at=20200101T000000Z", 404],
  ["/?at=../../etc", 404],
  ["/?at=%3Cscript%3E", 404],
  ["/table/7?sort=99", 200],
  ["/table/7?sort=5", 200],
  ["/table/7?sort=%27;DROP", 200],
  ["/table/7?after=999999999999999999999", 200],
  ["/table/7?after=-9223372036854775808", 200],
  ["/table/7?before=9223372036854775807&sort=-0", 200],
  ["/table/7?o0=has&f0=%25%27%22%5C_%00", 200],
  ["/table/7?o5=has&f5=SECRET", 200],
  ["/table/7?o0=drop&f0=x", 200],
  ["/table/7?o3=to&f3=%27%20OR%201=1", 200],
  ["/table/7?from=9999", 200],
  ["/search?q=%00", 200],
  ["/search?q=%5B7,1%5D", 200],
  [`/search?q=${"a".repeat(10_000)}`, 200],
  ["/search?q=SECRET-HASH", 200],
  ["/files?table=x&type=__proto__&after=1.2.99999999999999999999", 200],
  ["/basket?basket=%3Cscript%3E~7.1", 200],
  ["/basket?basket=20261128T020700Z~7.1,9.9,7.99", 200],
  ["/basket/add?night=20261128T020700Z&row=7.1&row=%3Cscript%3E", 303],
  ["/basket/rows.txt", 400],
  ["/compare?a=x&b=y", 404],
];

Deno.test("a crafted address gives a page or is refused, never more than that", async (test) => {
  await using pages = await pagesOf(hostileApp({}));
  for (const [path, expected] of ADDRESSES) {
    await test.step(path.slice(0, 80), async () => {
      const { status, text, headers } = await pages.get(path);
      assert.equal(status, expected);
      if (!path.includes("SECRET")) assert.doesNotMatch(text, /SECRET-HASH/);
      if (status === 303) assert.match(headers.get("location") ?? "", /^\/basket\?basket=20261128T020700Z%7E7\.1$/);
      else if (/html/.test(headers.get("content-type") ?? "")) assertHarmless(text, path);
    });
  }
});

Deno.test("a search for a password hash finds nothing, a filter of a hidden column is none", async () => {
  await using pages = await pagesOf(hostileApp({}));
  assert.match((await pages.get("/search?q=SECRET-HASH")).text, /Nothing was found/);
  const filtered = (await pages.get("/table/7?o5=has&f5=nothing")).text;
  assert.match(filtered, /plain text/);
});
