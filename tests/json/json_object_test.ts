import assert from "node:assert/strict";
import { jsonObject } from "../../lib/json/json_object.ts";

Deno.test("jsonObject() takes any key as an ordinary member, and the last of equal keys", () => {
  const object = jsonObject([["__proto__", 1], ["\\", 2], ["a", 3], ["a", 4]]);
  assert.deepEqual(Object.entries(object), [["__proto__", 1], ["\\", 2], ["a", 4]]);
  assert.equal(Object.getPrototypeOf(object), Object.prototype);
});

Deno.test("jsonObject() leaves V8's parser nothing to take a later key with an escape for", () => {
  jsonObject([["first", 1], ["\\", 2]]);
  jsonObject([["caf\\u", 1]]);
  assert.deepEqual(Object.keys(JSON.parse(String.raw`{"first":1,"\u6f22":2}`)), ["first", "漢"]);
  assert.deepEqual(Object.keys(JSON.parse(String.raw`{"caf\u00e9":1}`)), ["café"]);
});
