/** A backup that is gone on with: what was asked for at its beginning stays, and nothing new is ignored. */
import assert from "node:assert/strict";
import type { FaultyCall } from "../fixtures/faults/faults.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";

const BOOKS =
  "db_schema:\n  books: {title: Books, client: none, server: full, columns: {title: {type: string, indexed: true}}}\n";
const OTHER = BOOKS.replace("title: Books", "title: My books");

const QUOTA = {
  error: { type: "anvil.tables.QuotaExceededError", message: "Your account has used all of its database rows" },
};

for (
  const [begunWith, goneOnWith, expected] of [
    [BOOKS, null, 0],
    [BOOKS, BOOKS, 0],
    [BOOKS, OTHER, /it was begun with another schema file, and 'now\.yaml' was given now/],
    [null, BOOKS, /it was begun without a schema file, and 'now\.yaml' was given now/],
    [null, null, 0],
  ] as const
) {
  const said = (text: string | null) =>
    text === null ? "without a schema file" : text === BOOKS ? "with one" : "with another";
  Deno.test(`a backup that was begun ${said(begunWith)} is resumed ${said(goneOnWith)}: ${expected === 0 ? "done" : "exit 2"}`, async () => {
    let isFull = true;
    const onCall = ({ name }: FaultyCall) => isFull && name === "search.next_page" ? QUOTA : undefined;
    const content = smallApp({ books: { columns: { title: "string" }, rows: [["Emma"]] } });
    await using app = await serveApp(content, { faults: { onCall } });
    const variables = variablesFor(app.server.url);
    const flags = (text: string | null, name: string): readonly string[] => {
      if (text === null) return [];
      Deno.writeTextFileSync(app.dir.file(name), text);
      return ["--schema", app.dir.file(name)];
    };
    const file = app.dir.file("copy.sqlite");
    const begun = await runHere(["backup", "-o", file, ...flags(begunWith, "then.yaml")], { variables });
    assert.equal(begun.code, 13, begun.err);
    isFull = false;
    const { code, err } = await runHere(
      ["backup", "--resume", `${file}.partial`, ...flags(goneOnWith, "now.yaml")],
      { variables },
    );
    if (expected === 0) return assert.equal(code, 0, err);
    assert.equal(code, 2, err);
    assert.match(err, expected);
  });
}
