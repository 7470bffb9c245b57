/** Names of files: of any text, on three systems, each once in its folder. */
import assert from "node:assert/strict";
import { fileEnding, fileName, MAX_NAME_BYTES } from "../../lib/naming/file_name.ts";
import { FolderNames } from "../../lib/naming/folder_names.ts";
import { fc } from "../deps.ts";
import { anyText } from "../fixtures/apps/any_app.ts";
import { anyCharacter } from "../fixtures/texts/any_character.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const NAMES: readonly (readonly [text: string, name: string])[] = [
  ["..", "_"],
  [".", "_"],
  ["", "_"],
  ["../../etc/passwd", "_._.._etc_passwd"],
  ["C:\\Windows", "C__Windows"],
  ["CON", "_CON"],
  ["con.txt", "_con.txt"],
  ["COM¹", "_COM¹"],
  ["console", "console"],
  [".profile", "_profile"],
  ["-rf", "_rf"],
  ["ends with dots. .", "ends with dots"],
  ["line\nbreak\ttab\0", "line_break_tab_"],
  ["right\u202eto left", "right_to left"],
  ["e\u0301", "é"],
  ["👩\u200d👧", "👩\u200d👧"],
];

for (const [text, name] of NAMES) {
  Deno.test(`a file called ${JSON.stringify(text)} is named ${JSON.stringify(name)}`, () => {
    assert.equal(fileName(text), name);
  });
}

Deno.test("a name of 300 bytes is cut between characters, and keeps its tail", () => {
  const name = fileName("é".repeat(150), " [102,20].png");
  assert.equal(new TextEncoder().encode(name).length <= MAX_NAME_BYTES, true);
  assert.match(name, /^é+ \[102,20\]\.png$/);
});

Deno.test("names of one folder differ by more than case or composition", () => {
  const names = new FolderNames(["index.csv"]);
  const given = ["Cover", "cover", "é", "e\u0301", "INDEX", "a/b", "a:b"].map((text) => names.give(text, ".csv"));
  assert.deepEqual(given, ["Cover.csv", "cover_2.csv", "é.csv", "é_2.csv", "INDEX_2.csv", "a_b.csv", "a_b_2.csv"]);
});

Deno.test("any text gives a name that every system can store, in the folder where it is meant to be", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.string({ unit: anyCharacter, maxLength: 400 })), (text) => {
      const name = fileName(text, fileEnding(text));
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(name, /[<>:"/\\|?*\x00-\x1f]|^\.|^$|[. ]$/);
      assert.equal(new TextEncoder().encode(name).length <= MAX_NAME_BYTES + 1, true);
      assert.equal(name.isWellFormed(), true);
    }),
    { numRuns: timesAsked(100) },
  );
});
