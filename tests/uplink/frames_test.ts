import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { parseServerFrame } from "../../lib/uplink/frames.ts";

Deno.test("a frame that is nested too deeply is not called a frame that is not JSON", () => {
  // A key with a backslash keeps the text from V8's own parser, which does not recurse.
  const deep = parseServerFrame(`{"\\\\":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
  assert.ok(deep instanceof AnvilSqliteError);
  assert.match(deep.message, /a frame of \d+ characters that is nested too deeply to be read/);
  const broken = parseServerFrame("[1,");
  assert.ok(broken instanceof AnvilSqliteError);
  assert.match(broken.message, /a frame of 3 characters that is not JSON/);
});
