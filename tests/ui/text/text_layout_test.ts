import assert from "node:assert/strict";
import { textTable } from "../../../lib/ui/text/text_table.ts";
import { fitText, padText, textWidth } from "../../../lib/ui/text/text_width.ts";
import { definitionList, wrapText } from "../../../lib/ui/text/wrap_text.ts";

Deno.test("textWidth() counts columns: two for East Asian characters and emoji, none for combining marks", () => {
  assert.equal(textWidth("orders"), 6);
  assert.equal(textWidth("日本"), 4);
  assert.equal(textWidth("e\u0301"), 1);
  assert.equal(textWidth("🎉"), 2);
  assert.equal(textWidth(""), 0);
});

Deno.test("fitText() cuts with an ellipsis and never exceeds the width", () => {
  assert.equal(fitText("customers", 9), "customers");
  assert.equal(fitText("customers", 5), "cust…");
  assert.equal(fitText("日本語表", 5), "日本…");
  assert.equal(fitText("日本語表", 4), "日…");
  assert.equal(fitText("abc", 1), "…");
  assert.equal(fitText("abc", 0), "");
});

Deno.test("padText() fills up by columns, not by characters", () => {
  assert.equal(padText("日", 4), "日  ");
  assert.equal(padText("7", 3, "right"), "  7");
  assert.equal(padText("long", 2), "long");
});

Deno.test("wrapText() breaks between words and never inside one", () => {
  assert.deepEqual(wrapText("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapText("a extraordinarily b", 5), ["a", "extraordinarily", "b"]);
  assert.deepEqual(wrapText("", 5), [""]);
});

Deno.test("definitionList() keeps the explanations in one column", () => {
  const text = definitionList([["-q", "Say nothing at all, ever"], ["--quiet", "The same"]], 35);
  assert.equal(text, "  -q       Say nothing at all, ever\n  --quiet  The same");
  const wrapped = definitionList([["-q", "Say nothing at all, never ever"], ["--quiet", "The same"]], 36);
  assert.equal(wrapped, "  -q       Say nothing at all, never\n           ever\n  --quiet  The same");
});

Deno.test("definitionList() gives each explanation lines of its own where there is no room for a column", () => {
  const text = definitionList([["-q", "Say nothing at all"], ["--quiet", "The same"]], 20);
  assert.equal(text, "  -q\n      Say nothing at\n      all\n  --quiet\n      The same");
});

Deno.test("textTable() lines columns up, right-aligned where asked, without trailing spaces", () => {
  const text = textTable([{ title: "Table" }, { title: "Rows", align: "right" }, { title: "Links to" }], [
    ["orders", "1,200", "customers"],
    ["日本", "7", ""],
  ]);
  assert.equal(
    text,
    [
      "Table    Rows  Links to",
      "orders  1,200  customers",
      "日本        7",
    ].join("\n"),
  );
});

Deno.test("textTable() makes cells safe, and takes no rows and short rows", () => {
  assert.equal(textTable([{ title: "A" }, { title: "B" }], [["x\x1b\n"]]), "A        B\nx\\x1b\\n");
  assert.equal(textTable([{ title: "A" }], []), "A");
});
