import assert from "node:assert/strict";
import { closestWord, editDistance } from "../../../lib/ui/text/closest_word.ts";

Deno.test("editDistance() counts insertions, deletions, replacements, and swaps of neighbours as one", () => {
  const distances: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["table", "tabel", 1],
    ["backup", "bakup", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ];
  for (const [a, b, distance] of distances) {
    assert.equal(editDistance(a, b), distance, `${a} ${b}`);
    assert.equal(editDistance(b, a), distance, `${b} ${a}`);
  }
});

Deno.test("closestWord() gives the nearest word, or null when none is near", () => {
  const commands = ["schema", "tables", "backup", "serve", "demo"];
  assert.equal(closestWord("bakup", commands), "backup");
  assert.equal(closestWord("tabel", commands), "tables");
  assert.equal(closestWord("sreve", commands), "serve");
  assert.equal(closestWord("restore", commands), null);
  assert.equal(closestWord("x", commands), null);
  assert.equal(closestWord("", commands), null);
});

Deno.test("closestWord() finds a word that is part of the right one", () => {
  const flags = ["no-media", "key-file", "strict-schema", "schema"];
  assert.equal(closestWord("media", flags), "no-media");
  assert.equal(closestWord("key", flags), "key-file");
  assert.equal(closestWord("strict", flags), "strict-schema");
  assert.equal(closestWord("shema", flags), "schema");
});
