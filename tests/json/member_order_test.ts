/** Members of an object are sorted by what stands in its text. */
import assert from "node:assert/strict";
import { isKeyBefore, memberOrder } from "../../lib/json/member_order.ts";
import { fc } from "../deps.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const key = fc.string({ unit: fc.constantFrom("a", "b", "Z", " ", "0", "9"), maxLength: 4 });
const keys = fc.array(key, { maxLength: 40 });

/** The members' text, one after the other, and where each begins. */
function membersOf(keys: readonly string[]): { readonly bytes: Uint8Array; readonly starts: readonly number[] } {
  const texts = keys.map((key, i) => `${JSON.stringify(key)}:${i},`);
  return { bytes: bytesOf(texts.join("")), starts: texts.map((_, i) => texts.slice(0, i).join("").length) };
}

Deno.test("isKeyBefore() compares keys as UTF-16 code units compare, a key before what it begins", () => {
  fc.assert(fc.property(key, key, (a, b) => {
    const { bytes, starts: [first = 0, second = 0] } = membersOf([a, b]);
    assert.equal(isKeyBefore(bytes, first, second), a < b);
  }));
});

Deno.test("memberOrder() gives the places of members by their keys", () => {
  fc.assert(fc.property(keys, (all) => {
    const unique = [...new Set(all)];
    const { bytes, starts } = membersOf(unique);
    const order = memberOrder(bytes, starts);
    assert.deepEqual(order?.map((i) => unique[i]), [...unique].sort());
  }));
});

Deno.test("memberOrder() gives null when a key stands twice, wherever", () => {
  fc.assert(fc.property(keys, fc.nat(), fc.nat(), (all, from, to) => {
    fc.pre(all.length > 0);
    const twice = all.toSpliced(to % (all.length + 1), 0, all[from % all.length] ?? "");
    const { bytes, starts } = membersOf(twice);
    assert.equal(memberOrder(bytes, starts), null);
  }));
});
