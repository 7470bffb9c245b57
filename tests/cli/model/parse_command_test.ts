import assert from "node:assert/strict";
import type { Arguments, Description } from "../../../lib/cli/model/command.ts";
import { parseCommand } from "../../../lib/cli/model/parse_command.ts";
import { AnvilSqliteError } from "../../../lib/errors.ts";
import { EXIT } from "../../../lib/exit_codes.ts";
import { SAMPLE } from "../sample_command.ts";

function parse(line: string, url: string | null = null): Arguments<typeof SAMPLE> | "help" {
  return parseCommand(SAMPLE, line.split(" "), { get: () => url });
}

function parsed(line: string, url: string | null = null): Arguments<typeof SAMPLE> {
  const result = parse(line, url);
  assert.notEqual(result, "help");
  return result as Arguments<typeof SAMPLE>;
}

/** Message and hint of the usage error that a command line gives. */
function refusal(
  line: string | readonly string[],
  description: Description = SAMPLE,
): readonly [message: string, hint: string | null] {
  try {
    parseCommand(description, typeof line === "string" ? line.split(" ") : line, { get: () => null });
  } catch (error) {
    assert.ok(error instanceof AnvilSqliteError, String(error));
    assert.deepEqual([error.code, error.exitCode], ["usage", EXIT.usage]);
    return [error.message, error.hint];
  }
  throw new Error("It was taken");
}

Deno.test("parseCommand() gives every flag its type, and defaults or null where it is not given", () => {
  const { positionals, flags } = parsed("thing");
  assert.deepEqual(positionals, { file: "thing" });
  assert.deepEqual(flags, {
    output: null,
    url: "ws://sample",
    table: [],
    port: null,
    jobs: 4,
    format: "sql",
    "no-media": false,
    quiet: false,
  });
});

Deno.test("parseCommand() reads long and short flags, before and after the positional, and lists in order", () => {
  const { positionals, flags } = parsed(
    "-q --table b thing -o out --table=a --port 80 --jobs=2 --format json --no-media",
  );
  assert.equal(positionals.file, "thing");
  assert.deepEqual(flags, {
    output: "out",
    url: "ws://sample",
    table: ["b", "a"],
    port: 80,
    jobs: 2,
    format: "json",
    "no-media": true,
    quiet: true,
  });
});

Deno.test("parseCommand() lets a flag go before its variable, and the variable before the default", () => {
  assert.equal(parsed("thing", "ws://variable").flags.url, "ws://variable");
  assert.equal(parsed("thing --url ws://flag", "ws://variable").flags.url, "ws://flag");
});

Deno.test("parseCommand() keeps words that look like numbers, true, or flags after --, as typed", () => {
  assert.equal(parsed("007").positionals.file, "007");
  assert.equal(parsed("thing --output 1e3").flags.output, "1e3");
  assert.equal(parsed("--quiet -- --thing").positionals.file, "--thing");
  assert.equal(parsed("thing --output=-x").flags.output, "-x");
});

Deno.test("parseCommand() gives help when asked, whatever else is wrong", () => {
  assert.equal(parse("--help"), "help");
  assert.equal(parse("-h --unknown"), "help");
  assert.equal(parse("thing --output a --output b -h"), "help");
});

Deno.test("parseCommand() says what it does not know, and what was meant", () => {
  assert.deepEqual(refusal("thing --tabel x"), ["Unknown flag '--tabel' for 'fetch'", "Did you mean '--table'?"]);
  assert.deepEqual(refusal("thing --media"), ["Unknown flag '--media' for 'fetch'", "Did you mean '--no-media'?"]);
  assert.deepEqual(refusal("thing --zzz=1"), ["Unknown flag '--zzz' for 'fetch'", "See 'anvil-sqlite fetch --help'."]);
  assert.deepEqual(refusal("thing -x"), ["Unknown flag '-x' for 'fetch'", "See 'anvil-sqlite fetch --help'."]);
  assert.deepEqual(refusal("thing --_ x"), ["Unknown flag '--_' for 'fetch'", "See 'anvil-sqlite fetch --help'."]);
  assert.deepEqual(refusal("thing --__proto__"), [
    "Unknown flag '--__proto__' for 'fetch'",
    "See 'anvil-sqlite fetch --help'.",
  ]);
});

Deno.test("parseCommand() misses a value: at the end, before a flag, empty, after an equals sign", () => {
  const missing = [
    "Flag '--output' needs a value",
    "Write --output DIR or -o DIR; a value that begins with a dash as --output=VALUE.",
  ];
  assert.deepEqual(refusal("thing --output"), missing);
  assert.deepEqual(refusal("thing --output --quiet"), missing);
  assert.deepEqual(refusal("thing --output="), missing);
  assert.deepEqual(refusal("thing -o"), missing);
  assert.deepEqual(refusal("thing -obackups"), missing);
  assert.deepEqual(refusal(["thing", "--output", ""]), missing);
  assert.equal(refusal("thing --table")[0], "Flag '--table' needs a value");
});

Deno.test("parseCommand() refuses a flag given twice unless it is a list", () => {
  assert.deepEqual(refusal("thing -o a --output b"), ["Flag '--output' is given 2 times", "Give it once."]);
});

Deno.test("parseCommand() checks numbers and choices", () => {
  assert.deepEqual(refusal("thing --port 0"), ["Flag '--port' cannot be '0'", "It is a whole number from 1 to 65535."]);
  for (const text of ["65536", "1.5", "1e3", "0x50", "-1", "many", " 80"]) {
    assert.match(refusal(["thing", `--port=${text}`])[0], /^Flag '--port' cannot be/, text);
  }
  assert.deepEqual(refusal("thing --format jsn"), ["Flag '--format' cannot be 'jsn'", "Did you mean 'json'?"]);
  assert.deepEqual(refusal("thing --format xml"), ["Flag '--format' cannot be 'xml'", "It is one of: sql, json."]);
});

Deno.test("parseCommand() counts positionals", () => {
  assert.deepEqual(refusal("--quiet"), ["'fetch' needs FILE", "See 'anvil-sqlite fetch --help'."]);
  assert.deepEqual(refusal([""]), ["'fetch' needs FILE", "See 'anvil-sqlite fetch --help'."]);
  assert.deepEqual(refusal("a b"), ["Unexpected argument 'b' for 'fetch'", "See 'anvil-sqlite fetch --help'."]);
});

Deno.test("parseCommand() never repeats a word that is long enough to be a key", () => {
  const key = "server_ABCDEFGHIJKLMNOPQRSTUVWX-YZABCDEFGHIJKLMN";
  assert.equal(refusal(`thing --${key}`)[0], "Unknown flag '--[secret]' for 'fetch'");
  assert.equal(refusal(`thing --key=${key}`)[0], "Unknown flag '--key' for 'fetch'");
  assert.equal(refusal("thing --format a-word-of-more-than-24-letters")[0], "Flag '--format' cannot be 'a-word-o…'");
});

Deno.test("parseCommand() refuses a key wherever a value is wanted, and says where a key goes", () => {
  const key = "server_ABCDEFGHIJKLMNOPQRSTUVWX-YZABCDEFGHIJKLMN";
  for (
    const [line, what] of [
      [key, "FILE"],
      [`thing ${key}`, "An argument"],
      [`thing --output ${key}/x`, "Flag '--output'"],
      [`thing -o=${key}`, "Flag '--output'"],
      [`thing --format ${key}`, "Flag '--format'"],
      [`thing --table a --table ${key}`, "Flag '--table'"],
      [`thing --url wss://user:${key}@host`, "Flag '--url'"],
    ] as const
  ) {
    const [message, hint] = refusal(line);
    assert.equal(message, `${what} holds what looks like an Uplink key`);
    assert.match(hint ?? "", /save it in a file, and name that with --key-file FILE/);
  }
  assert.throws(
    () => parse("thing", `wss://host/${key}`),
    /Variable ANVIL_UPLINK_URL holds what looks like an Uplink key/,
  );
});

Deno.test("parseCommand() lets SQL ask for rows that hold a key", () => {
  const where = "secret = 'server_ABCDEFGHIJKLMNOPQRSTUVWX-YZABCDEFGHIJKLMN'";
  const flags = { where: { kind: "text", value: "SQL", description: "Which." } } as const;
  const parsedWhere = parseCommand({ ...SAMPLE, flags }, ["thing", "--where", where], { get: () => null });
  assert.notEqual(parsedWhere, "help");
  if (parsedWhere !== "help") assert.equal(parsedWhere.flags.where, where);
});

Deno.test("parseCommand() refuses what is not the URL of a WebSocket, and repeats no password in it", () => {
  const description: Description = {
    ...SAMPLE,
    flags: { url: { kind: "text", value: "URL", description: "Where from.", is: "websocket-url" } },
  };
  assert.equal(
    refusal("thing --url https://u:p@host/x?y", description)[0],
    "Flag '--url' is not a WebSocket URL: https://host/x",
  );
  for (const url of ["host:3030", "wss://user:pa/ss@host", "nonsense", "file:///x"]) {
    assert.match(refusal(`thing --url ${url}`, description)[0], /^Flag '--url' is not a WebSocket URL(: file:\/\/)?/);
    assert.doesNotMatch(refusal(`thing --url ${url}`, description).join(), /ss@|user/);
  }
});

Deno.test("parseCommand() refuses an argument that is none of its few values", () => {
  const description = { ...SAMPLE, positionals: [{ name: "shell", description: "Which.", choices: ["bash", "zsh"] }] };
  assert.deepEqual(refusal("zhs", description), ["SHELL cannot be 'zhs'", "Did you mean 'zsh'?"]);
  assert.deepEqual(refusal("tcsh-or-other", description), [
    "SHELL cannot be 'tcsh-or-other'",
    "It is one of: bash, zsh.",
  ]);
});

Deno.test("parseCommand() reads lengths of time with their unit, up to a day, and nothing else", () => {
  const timed = {
    ...SAMPLE,
    flags: { ...SAMPLE.flags, wait: { kind: "duration", value: "T", description: "." } },
  } as const;
  const read = (text: string) => {
    const found = parseCommand(timed, ["thing", `--wait=${text}`], { get: () => null });
    return found === "help" ? found : found.flags.wait;
  };
  assert.deepEqual(["0", "0s", "90s", "10m", "24h"].map(read), [0, 0, 90_000, 600_000, 86_400_000]);
  const none = parseCommand(timed, ["thing"], { get: () => null });
  assert.equal(none === "help" ? none : none.flags.wait, null);
  for (const text of ["90", "1.5m", "25h", "-1s", "10 m", "10min", "m", "2d", "9999999s", "١s"]) {
    assert.deepEqual(refusal(["thing", `--wait=${text}`], timed), [
      `Flag '--wait' cannot be '${text}'`,
      "It is a number with its unit, such as 90s, 10m or 2h, up to 24h; or 0.",
    ], text);
  }
});
