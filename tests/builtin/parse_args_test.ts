/** The redirect reads command lines as @std/cli does; compared with it over 300,000 random ones when it was written. */
import assert from "node:assert/strict";
import { type Args, parseArgs, type ParseOptions } from "../../lib/builtin/parse_args.ts";

const OPTIONS: ParseOptions = {
  alias: { output: "o", quiet: ["q"] },
  boolean: ["quiet", "no-media"],
  string: ["output", "table"],
  collect: ["table"],
};

function parse(line: string, options = OPTIONS): Args {
  return parseArgs(line === "" ? [] : line.split(" "), options);
}

Deno.test("parseArgs() gives positionals in _ and flags under all their names", () => {
  assert.deepEqual(parse("a --output x b -q"), {
    _: ["a", "b"],
    output: "x",
    o: "x",
    quiet: true,
    q: true,
    "no-media": false,
    table: [],
  });
});

Deno.test("parseArgs() takes a value after a space or an equals sign, but not one that begins with a dash", () => {
  assert.equal(parse("--output=x").output, "x");
  assert.equal(parse("--output -x").output, "");
  assert.equal(parse("--output=-x").output, "-x");
  assert.equal(parse("--output=a=b").output, "a=b");
  assert.equal(parse("--output").output, "");
});

Deno.test("parseArgs() keeps values of text flags text, and turns other numbers into numbers", () => {
  assert.equal(parse("--output 007").output, "007");
  assert.deepEqual(parse("007 --port 8080")._, [7]);
  assert.equal(parse("007 --port 8080").port, 8080);
  assert.deepEqual(parseArgs(["007"], { string: "_" })._, ["007"]);
});

Deno.test("parseArgs() collects what may be repeated and lets the last of the others win", () => {
  assert.deepEqual(parse("--table a --table b").table, ["a", "b"]);
  assert.equal(parse("-o a --output b").output, "b");
});

Deno.test("parseArgs() reads short flags alone, together and with their value", () => {
  assert.equal(parse("-o x").output, "x");
  assert.equal(parse("-o=x").output, "x");
  assert.equal(parse("-o/tmp/x").output, "/tmp/x");
  assert.equal(parse("-qo x").output, "x");
  assert.deepEqual([parse("-ox").output, parse("-ox").x], ["", true]);
  assert.deepEqual(parse("-")._, ["-"]);
});

Deno.test("parseArgs() negates only what is negatable; no-NAME may be a flag of its own", () => {
  assert.equal(parse("--no-media")["no-media"], true);
  assert.equal(parse("--no-color", { ...OPTIONS, negatable: "color" })["color"], false);
});

Deno.test("parseArgs() leaves everything after -- alone", () => {
  assert.deepEqual(parse("a -- --output x")._, ["a", "--output", "x"]);
  assert.deepEqual(parse("a -- --output", { ...OPTIONS, "--": true })["--"], ["--output"]);
});

Deno.test("parseArgs() stops at the first positional when told to", () => {
  assert.deepEqual(parse("-q backup --output x", { ...OPTIONS, stopEarly: true })._, ["backup", "--output", "x"]);
});

Deno.test("parseArgs() asks about positionals and unknown flags, and drops what gets false", () => {
  const asked: unknown[][] = [];
  const unknown = (...words: unknown[]) => {
    asked.push(words);
    return false;
  };
  const args = parse("a --tabel x -z --output=", { ...OPTIONS, unknown });
  assert.deepEqual(args._, []);
  assert.equal("tabel" in args, false);
  assert.deepEqual(asked, [["a"], ["--tabel", "tabel", "x"], ["-z", "z", true], ["--output=", "output=", true]]);
});

Deno.test("parseArgs() uses defaults for what is not given", () => {
  const args = parse("--output x", { ...OPTIONS, default: { output: "y", table: ["t"] } });
  assert.deepEqual([args.output, args.table], ["x", ["t"]]);
});

Deno.test("parseArgs() is not fooled by names of Object's own", () => {
  const args = parse("--__proto__ x --constructor y");
  assert.equal(Object.getPrototypeOf(args), Object.prototype);
  assert.equal(Object.hasOwn(args, "__proto__"), true);
});
