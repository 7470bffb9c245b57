import assert from "node:assert/strict";
import { quoteName } from "../../lib/ddl/quote.ts";

Deno.test("quoteName() puts a name in double quotes and doubles its own", () => {
  assert.equal(quoteName("order"), '"order"');
  assert.equal(quoteName('say "x"'), '"say ""x"""');
  assert.equal(quoteName(""), '""');
  assert.equal(quoteName("a'; DROP TABLE b; --\n"), `"a'; DROP TABLE b; --\n"`);
});
