import assert from "node:assert/strict";
import { parse } from "../../lib/builtin/yaml_parse.ts";

Deno.test("parse() reads the YAML that Anvil writes", () => {
  const text = `a: {order: 1.5, width: 200}\nb: ''\nc: null\nd: ~\ne: yes\nf: 2024-01-02\n`;
  assert.deepEqual(parse(text, { schema: "core" }), {
    a: { order: 1.5, width: 200 },
    b: "",
    c: null,
    d: null,
    e: "yes",
    f: "2024-01-02",
  });
});

Deno.test("parse() makes timestamps Dates by default, as @std/yaml does", () => {
  assert.deepEqual(parse("a: 2024-01-02"), { a: new Date("2024-01-02") });
});

Deno.test("parse() reads an explicit empty key", () => {
  assert.deepEqual(parse("value: {? '' : abc}"), { value: { "": "abc" } });
});

Deno.test("parse() of empty text is null", () => {
  assert.equal(parse(""), null);
  assert.equal(parse("# only a comment\n"), null);
});

Deno.test("parse() throws a SyntaxError with line and column on a key that stands twice", () => {
  assert.throws(() => parse("a: 1\nb:\n  c: 1\n  c: 2\n"), {
    name: "SyntaxError",
    message: "Duplicated mapping key at line 4, column 3",
  });
});

Deno.test("parse() lets the last of two equal keys win when allowed", () => {
  assert.deepEqual(parse("a: 1\na: 2\n", { allowDuplicateKeys: true }), { a: 2 });
});

Deno.test("parse() throws a SyntaxError with line and column on what is no YAML", () => {
  assert.throws(() => parse("a:\n  - b\n c: [\n"), (error) => {
    assert(error instanceof SyntaxError);
    assert.match(error.message, /^[A-Z][^\n]* at line \d+, column \d+$/);
    return true;
  });
});

Deno.test("parse() does not quote the source in its errors", () => {
  assert.throws(() => parse("password: hunter2\npassword: hunter2\n"), (error) => {
    assert(error instanceof SyntaxError);
    assert(!error.message.includes("hunter2"));
    return true;
  });
});

Deno.test("parse() refuses two documents in one text", () => {
  assert.throws(() => parse("a: 1\n---\nb: 2\n"), { name: "SyntaxError", message: /2 documents/ });
});

Deno.test("parse() reads nesting far deeper than any form", () => {
  assert.doesNotThrow(() => parse(`${"[".repeat(500)}${"]".repeat(500)}`));
});
