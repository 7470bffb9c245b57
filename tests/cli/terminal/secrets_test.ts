import assert from "node:assert/strict";
import { Secrets } from "../../../lib/cli/terminal/secrets.ts";

Deno.test("Secrets.redact() replaces a secret everywhere, also as it stands in a URL or in JSON", () => {
  const secrets = new Secrets();
  secrets.add('key "with" / & ü');
  assert.equal(secrets.redact('a key "with" / & ü b key "with" / & ü'), "a [secret] b [secret]");
  assert.equal(secrets.redact(JSON.stringify({ key: 'key "with" / & ü' })), '{"key":"[secret]"}');
  assert.equal(secrets.redact(`?key=${encodeURIComponent('key "with" / & ü')}`), "?key=[secret]");
});

Deno.test("Secrets.redact() replaces the longer of two secrets first", () => {
  const secrets = new Secrets();
  secrets.add("server_KEY");
  secrets.add("server_KEY-more");
  assert.equal(secrets.redact("server_KEY-more server_KEY"), "[secret] [secret]");
});

Deno.test("Secrets.redact() leaves text alone without secrets, or with one that is too short to be told from words", () => {
  const secrets = new Secrets();
  assert.equal(secrets.redact("text"), "text");
  secrets.add("");
  secrets.add("ext");
  assert.equal(secrets.redact("text"), "text");
});

Deno.test("Secrets.redact() takes out what looks like a key, but not a key that is made to be read", () => {
  const secrets = new Secrets();
  const key = "server_3f9a1c7de04b82a65f1390cbd7e8a4";
  assert.equal(secrets.redact(`connect("${key}")`), 'connect("[secret]")');
  secrets.show(key);
  assert.equal(secrets.redact(`connect("${key}")`), `connect("${key}")`);
});

Deno.test("Secrets.addFrom() knows the password of a URL wherever it is printed, and leaves the user's name", () => {
  const secrets = new Secrets();
  secrets.addFrom('wss://backup:pass"word@host/x');
  assert.equal(secrets.redact('backup pass"word backup:pass"word'), "backup [secret] [secret]");
});

Deno.test("Secrets.add() takes half a character without failing", () => {
  const secrets = new Secrets();
  secrets.add("secret\ud800");
  assert.equal(secrets.redact("a secret\ud800"), "a [secret]");
});
