/** Which tables are copied, and which wishes cannot be fulfilled. */
import assert from "node:assert/strict";
import { chooseTables } from "../../lib/backup/choose_tables.ts";
import type { ListedTable } from "../../lib/tables/listing.ts";

const table = (name: string, readable = true): ListedTable => ({
  name,
  id: name.length,
  viewKey: `view of ${name}`,
  capability: readable ? { scope: ["_", "t"], mac: "seal", narrow: [] } : null,
});

const LISTED = [table("pets"), table("people"), table("secrets", false)];

const states = (selection: Parameters<typeof chooseTables>[1], listed: readonly ListedTable[] = LISTED) =>
  chooseTables(listed, selection).map(({ table: { name }, state }) => `${name} ${state}`);

Deno.test("all tables are copied but those that the key may not read", () => {
  assert.deepEqual(states({ only: [], exclude: [] }), ["pets copied", "people copied", "secrets unreadable"]);
});

Deno.test("--table and --exclude leave tables out, also those that cannot be read", () => {
  assert.deepEqual(states({ only: ["pets"], exclude: [] }), ["pets copied", "people excluded", "secrets excluded"]);
  assert.deepEqual(states({ only: [], exclude: ["pets", "secrets"] }), [
    "pets excluded",
    "people copied",
    "secrets excluded",
  ]);
});

Deno.test("a table that the app does not have is refused, and those that it has are named: exit 2", () => {
  assert.throws(() => states({ only: ["pest"], exclude: [] }), {
    code: "no-such-table",
    exitCode: 2,
    message: "The app has no table 'pest'",
    hint: "Did you mean 'pets'?",
  });
  assert.throws(() => states({ only: ["invoices"], exclude: [] }), { hint: "It has: people, pets, secrets." });
  assert.throws(() => states({ only: [], exclude: ["pets"] }, []), { hint: "The app has no tables." });
});

Deno.test("a table that was asked for and may not be read is refused, and so is an app of such tables: exit 12", () => {
  const refused = { code: "not-readable", exitCode: 12, hint: /give server code access to the table/ };
  assert.throws(() => states({ only: ["secrets"], exclude: [] }), {
    ...refused,
    message: "This key may not read table 'secrets'",
  });
  assert.throws(() => states({ only: [], exclude: [] }, [table("secrets", false)]), {
    ...refused,
    message: "This key may not read any table",
  });
});

Deno.test("an app without tables has nothing to choose from", () => {
  assert.deepEqual(states({ only: [], exclude: [] }, []), []);
});
