import assert from "node:assert/strict";
import { findKey } from "../../../lib/cli/input/clean_key.ts";
import { decodeText } from "../../../lib/cli/input/decode_text.ts";

const KEY = "server_ABCDEFGHIJKLMNOPQRSTUVWX-YZABCDEFGHIJKLMN";

/** Everything that a key was seen wrapped in; `@` is the key. */
const WRAPPINGS = [
  "@",
  " \t@ \r\n",
  '"@"',
  "'@'",
  "`@`",
  "“@”",
  '"@',
  "@ # of the bookshop",
  "# the key of the bookshop\n@\n",
  "ANVIL_UPLINK_KEY=@",
  'export ANVIL_UPLINK_KEY="@"',
  'set "ANVIL_UPLINK_KEY=@"',
  'setx ANVIL_UPLINK_KEY "@"',
  '$env:ANVIL_UPLINK_KEY = "@"',
  "key: @",
  '{"key": "@"}',
  "ANVIL_UPLINK_URL=wss://anvil.works/uplink\nANVIL_UPLINK_KEY=@\n",
  'anvil.server.connect("@")',
  "import anvil.server\n\nanvil.server.connect('@', url='ws://localhost:3030/_/uplink')\n",
  "\x1b[200~@\x1b[201~",
  "\u200b@\ufeff",
];

Deno.test("findKey() finds a key in quotes, spaces, an assignment, or the line that Anvil's editor shows", () => {
  for (const text of WRAPPINGS) assert.deepEqual(findKey(text.replace("@", KEY)), { key: KEY }, text);
});

Deno.test("findKey() does the same for a key of an App Server, which may be anything", () => {
  for (const key of ["swordfish", "sword fish", "sword=fish=", "key with = sign", "ß$%"]) {
    for (const text of ["@", " @ \n", '"@"', "ANVIL_UPLINK_KEY=@", 'export ANVIL_UPLINK_KEY="@"']) {
      assert.deepEqual(findKey(text.replace("@", () => key)), { key }, text);
    }
    assert.deepEqual(findKey(`import anvil.server\nanvil.server.connect("${key}", url="ws://h")`), { key });
  }
});

Deno.test("findKey() says what is odd about what it cannot understand, and repeats none of it", () => {
  const other = KEY.replace("A", "Z");
  for (
    const [text, odd] of [
      ["", "is empty"],
      [" \n", "is empty"],
      ["ANVIL_UPLINK_KEY=", "is empty"],
      ['ANVIL_UPLINK_KEY=""', "is empty"],
      [`${KEY}\n${other}`, "holds more than one key"],
      [`${KEY.slice(0, 25)} ${KEY.slice(25)}`, "has a space in its middle"],
      [`${KEY.slice(0, 25)}\n${KEY.slice(25)}`, "has more than one line"],
      ["server_sword fish", "has a space in its middle"],
      [`the key is ${KEY}`, "has a space in its middle"],
      [`${KEY}_`, "has something else beside it"],
      ["server_ABC–DEF", "has a letter that no key has"],
      ["sword\nfish", "has more than one line"],
      ['"swordfish', "has a quotation mark at one end"],
      ["NAME=swordfish", "begins with a name and an equals sign"],
      [`\0${KEY}`, "is not plain text"],
      ["{\\rtf1\x07}", "is not plain text"],
    ] as const
  ) assert.deepEqual(findKey(text), { odd }, text);
});

Deno.test("a key file is read in UTF-8 and UTF-16, with a byte order mark or without", () => {
  const wide = (text: string, big: boolean) =>
    Uint8Array.from([...text].flatMap((letter) => {
      const pair = [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8];
      return big ? pair.reverse() : pair;
    }));
  const utf8 = [KEY, `\ufeff${KEY}`].map((text) => new TextEncoder().encode(text));
  const utf16 = [false, true].flatMap((big) => [wide(KEY, big), wide(`\ufeff${KEY}`, big)]);
  for (const bytes of [...utf8, ...utf16]) {
    const decoded = decodeText(bytes);
    assert.deepEqual(findKey("text" in decoded ? decoded.text : ""), { key: KEY });
  }
  assert.ok("why" in decodeText(Uint8Array.of(0x73, 0xe4, 0x72)));
});
