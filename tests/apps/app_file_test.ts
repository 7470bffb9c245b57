/** App files: what they mean, what is wrong with them and in which line, and that what is written is read back. */
import assert from "node:assert/strict";
import { type AppSetup, KEEP_ALL, KEEP_RULES } from "../../lib/apps/app_setup.ts";
import { readApp } from "../../lib/apps/read_app.ts";
import { appText } from "../../lib/apps/write_app.ts";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { fc } from "../deps.ts";

const PLACE = { name: "shop", path: "/c/apps/shop.yaml", home: "/home/ann" };
const read = (text: string) => readApp(text, PLACE);

Deno.test("an app file says where an app is, what opens it, where its backups go, and what is done with them", () => {
  const app = read(`
# My shop
url: ws://box:3030/_/uplink
key_file: ~/keys/shop.key
to: "~"
keep_daily: 7
keep_monthly: 12
drill: 7d
ping: https://hc-ping.com/1?x=2#3
label: [books.title]
exclude:
  - sessions
  - "on"
`);
  assert.deepEqual(app, {
    name: "shop",
    url: "ws://box:3030/_/uplink",
    keyFile: "/home/ann/keys/shop.key",
    to: "/home/ann",
    keep: { ...KEEP_ALL, daily: 7, monthly: 12 },
    drillMs: 604_800_000,
    ping: "https://hc-ping.com/1?x=2#3",
    label: ["books.title"],
    exclude: ["sessions", "on"],
  });
});

Deno.test("what an app file does not say has its default; one name is a list of one", () => {
  const app = read("to: /b\nexclude: logs\nping:\n");
  assert.deepEqual([app.url, app.keyFile, app.drillMs, app.ping, app.exclude], [null, null, null, null, ["logs"]]);
  assert.deepEqual(app.keep, KEEP_ALL);
});

const WRONG: readonly (readonly [text: string, said: RegExp, hint: RegExp])[] = [
  ["to: /b\n\nkeep_dayly: 7\n", /line 3: 'keep_dayly' is not known/, /Did you mean 'keep_daily'\?/],
  ["to: /b\nkolor: red\n", /line 2: 'kolor' is not known/, /The words are: url, key_file, to/],
  ["to: /b\nkeep:\n  daily: 7\n", /line 2: 'keep' is not known/, /Did you mean 'keep_/],
  ["to: /b\nkeep_daily: seven\n", /line 2: 'keep_daily' cannot be 'seven'/, /whole number/],
  ["to: /b\nkeep_daily: 0\n", /line 2: 'keep_daily' cannot be '0'/, /from 1/],
  ["to: /b\ndrill: weekly\n", /line 2: 'drill' cannot be 'weekly'/, /7d/],
  ["to: backups\n", /line 1: 'to' is not a whole path: backups/, /~\//],
  ["to: /b\nurl: https://anvil.works\n", /line 2: 'url' is not such a URL/, /wss:/],
  ["to: /b\nping: hc-ping.com\n", /line 2: 'ping' is not such a URL/, /https:/],
  ["to: /b\nexclude: {a: b}\n", /line 2: 'exclude' is not a list of names/, /\[one, two\]/],
  ["to: /b\nkey_file: [a]\n", /line 2: 'key_file' is not a single value/, /one line/],
  ["to: /b\nto: /c\n", /line 2: Duplicated? /i, /./],
  ["to: /b\n  url: [x\n", /line \d: /, /./],
  ["- to\n", /line 1: this is not a list of settings/, /./],
  ["url: wss://anvil.works/uplink\n", /: 'to' is missing/, /to: ~\/anvil-backups\/shop/],
  ["", /: 'to' is missing/, /./],
];

for (const [text, said, hint] of WRONG) {
  Deno.test(`a broken app file names its line: ${JSON.stringify(text)}`, () => {
    assert.throws(() => read(text), (error) => {
      assert.ok(error instanceof AnvilSqliteError);
      assert.equal(error.exitCode, 2);
      assert.match(error.message, /^App file '\/c\/apps\/shop\.yaml'/);
      assert.match(error.message, said);
      assert.match(error.hint ?? "", hint);
      return true;
    });
  });
}

Deno.test("what is written as an app file is read back the same", () => {
  const rule = fc.option(fc.integer({ min: 1, max: 99_999 }));
  const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.isWellFormed());
  const parts = {
    name: fc.constant("shop"),
    url: fc.constantFrom(null, "ws://127.0.0.1:3030/_/uplink", "wss://[::1]/a b#c: d"),
    keyFile: fc.option(name.map((text) => `/k/${text}`)),
    to: name.map((text) => `/b/${text}`),
    keep: fc.record(Object.fromEntries(KEEP_RULES.map((one) => [one, rule])), {
      noNullPrototype: true,
    }) as fc.Arbitrary<AppSetup["keep"]>,
    drillMs: fc.option(fc.integer({ min: 1, max: 90_000 }).map((seconds) => seconds * 1_000)),
    ping: fc.constantFrom(null, "https://hc-ping.com/a?b=c#d", "http://x/: #y"),
    label: fc.array(name),
    exclude: fc.array(name),
  };
  const app: fc.Arbitrary<AppSetup> = fc.record(parts, { noNullPrototype: true });
  fc.assert(fc.property(app, (one) => assert.deepEqual(read(appText(one)), one)));
});
