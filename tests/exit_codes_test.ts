import assert from "node:assert/strict";
import { EXIT, worstExit } from "../lib/exit_codes.ts";

Deno.test("worstExit() knows every exit code, and takes none for success but 0", () => {
  for (const code of Object.values(EXIT)) {
    assert.equal(worstExit([EXIT.done, code]), code);
    if (code !== EXIT.done) assert.notEqual(worstExit([code, EXIT.incomplete]), EXIT.done);
  }
});
