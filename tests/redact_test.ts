/** What looks like a secret, and what only begins like one. */
import assert from "node:assert/strict";
import { holdsKey, keysIn, withoutSecrets } from "../lib/redact.ts";

const KEYS = [
  "server_ABCDEFGHIJKLMNOPQRSTUVWX-APPIDAPPIDAPPID0",
  "client_7GH2K5ABCDEFGHIJKLMNOP23-APPIDAPPIDAPPID0",
  "db-read-uplink_ABCDEFGHIJKLMNOPQRSTUVWX-APPIDAPPIDAPPID0",
  "db_read_ABCDEFGHIJKLMNOPQRSTUVWX",
  "server_TESTKEYTESTKEYTESTKEY-TESTAPP",
  "server_3f9a1c7de04b82a65f1390cbd7e8a4",
];

Deno.test("withoutSecrets() takes out keys of every kind, wherever they are in a text", () => {
  for (const key of KEYS) {
    for (
      const [before, after] of [["", ""], ["'", "'"], ["/home/", "/x.sqlite"], ["copy_", ".sqlite"], ["?key=", "&b"]]
    ) {
      assert.equal(withoutSecrets(`${before}${key}${after}`), `${before}[secret]${after}`);
    }
    // In JSON a line end is a backslash and a letter, right before the key.
    assert.equal(withoutSecrets(JSON.stringify({ a: `\n${key}\n` })), '{"a":"\\n[secret]\\n"}');
  }
  assert.deepEqual(keysIn(`${KEYS[0]} ${KEYS[1]} ${KEYS[0]}`), [KEYS[0], KEYS[1]]);
});

Deno.test("withoutSecrets() leaves names of tables, columns and files that only begin as keys do", () => {
  for (
    const name of [
      "server_configuration",
      "client_Address2",
      "client_HomeAddressLineNumber2",
      "server_20261124T020700Z.sqlite",
      "server_backup20261124T020700",
      "server_20261124020700123456",
      "db_read_replica",
      "SERVER_NAME",
    ]
  ) {
    assert.equal(withoutSecrets(name), name);
    assert.ok(!holdsKey(name), name);
  }
});

Deno.test("withoutSecrets() takes out the user part of a URL and nothing else of it", () => {
  for (
    const [text, shown] of [
      ["wss://user:pw@host:3030/_/uplink?a=b@c#d@e", "wss://[secret]@host:3030/_/uplink?a=b@c#d@e"],
      ["WSS://user@host", "WSS://[secret]@host"],
      ["at 'ws://u:p@ss@host/x' now", "at 'ws://[secret]@host/x' now"],
      ["https://host/a@b, me@example.com", "https://host/a@b, me@example.com"],
      ['{"url":"wss://host","mail":"a@b"}', '{"url":"wss://host","mail":"a@b"}'],
    ] as const
  ) assert.equal(withoutSecrets(text), shown);
});
