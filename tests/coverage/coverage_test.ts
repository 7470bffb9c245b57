/** What `deno task coverage` makes of a report. */
import assert from "node:assert/strict";
import { coverageText, isEnough, sumFolders } from "./folders.ts";
import { readLcov } from "./lcov.ts";

const LCOV = `SF:lib/a/b/x.ts
FN:3,first
FN:9,get size
FN:12,get size
FNDA:2,first
FNDA:0,get size
FNDA:7,get size
FNF:3
FNH:2
BRDA:4,1,0,2
DA:3,2
end_of_record
SF:lib/a/y.ts
FN:1,a, b
FNDA:1,a, b
end_of_record
SF:lib/z.ts
DA:1,1
end_of_record
`;

Deno.test("readLcov() gives each function with its calls, also two of one name", () => {
  assert.deepEqual(readLcov(LCOV), [
    {
      path: "lib/a/b/x.ts",
      functions: [
        { name: "first", line: 3, calls: 2 },
        { name: "get size", line: 9, calls: 0 },
        { name: "get size", line: 12, calls: 7 },
      ],
    },
    { path: "lib/a/y.ts", functions: [{ name: "a, b", line: 1, calls: 1 }] },
    { path: "lib/z.ts", functions: [] },
  ]);
});

Deno.test("readLcov() refuses a file whose functions were not all counted", () => {
  assert.throws(
    () => readLcov("SF:lib/x.ts\nFN:1,one\nend_of_record\n"),
    new SyntaxError("lib/x.ts has 1 functions and 0 counts"),
  );
});

Deno.test("sumFolders() sums each folder's own files, and everything under a folder of folders", () => {
  const missed = ["lib/a/b/x.ts:9 get size"];
  assert.deepEqual(sumFolders(readLcov(LCOV)), [
    { name: "lib/a", reached: 1, all: 1, missed: [] },
    { name: "lib/a/**", reached: 3, all: 4, missed },
    { name: "lib/a/b", reached: 2, all: 3, missed },
  ]);
});

Deno.test("95 of 100 functions are enough, 94 are not", () => {
  const sum = { name: "lib/a", all: 100, missed: [] };
  assert.ok(isEnough({ ...sum, reached: 95 }));
  assert.ok(!isEnough({ ...sum, reached: 94 }));
});

Deno.test("coverageText() lists what is not reached where it is too much", () => {
  assert.equal(
    coverageText(sumFolders(readLcov(LCOV))),
    `lib/a        1 of     1  100.0 %
lib/a/**     3 of     4   75.0 %
lib/a/b      2 of     3   66.7 %
    not reached: lib/a/b/x.ts:9 get size
`,
  );
});
