/** What templates of pages must never have: values outside of quotes, styles of their own, scripts, HTML made by hand. */
import assert from "node:assert/strict";
import { modulesUnder } from "../../architecture/source_tree.ts";

const TEMPLATES = modulesUnder("lib/browse").filter(({ path }) => /\/(?:parts|pages)\//.test(path));

Deno.test("every attribute of a template stands in quotes: a value without them could add another", () => {
  assert.ok(TEMPLATES.length > 10);
  for (const { path, code } of TEMPLATES) assert.doesNotMatch(code, /<[a-z][^>`]*\s[a-z-]+=\$\{/, path);
});

Deno.test("no template has a style, a handler or a script of its own, and none makes HTML by hand", () => {
  for (const { path, code } of TEMPLATES) {
    assert.doesNotMatch(code, /<[^>`]*\s(?:style|on[a-z]+)="/, path);
    assert.doesNotMatch(code, /\braw\(|innerHTML|isEscaped/, path);
    if (!path.endsWith("page_frame.ts")) assert.doesNotMatch(code, /<(?:script|style|iframe|object|embed)\b/, path);
  }
});

Deno.test("the page's own script makes no HTML of text, and asks nobody else", async () => {
  const { SCRIPT } = await import("../../../lib/browse/assets/script.ts");
  assert.doesNotMatch(SCRIPT, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?:/);
});
