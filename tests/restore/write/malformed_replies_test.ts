/** Replies to a restore's calls that no server should give: it stops with 10, and takes none of them for an answer. */
import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../../lib/errors.ts";
import { changed, type LooseReply } from "../../fixtures/faults/changed_replies.ts";
import { restoredApp } from "../../fixtures/running/restored_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";

const content = smallApp({
  people: {
    columns: { name: "string", boss: "link_single people" },
    rows: [["a", null], ["b", "[1,1]"], ["c", "[1,2]"]],
  },
});

const REPLIES: readonly (readonly [what: string, command: string, change: (reply: LooseReply) => void])[] = [
  ["ids of added rows that are null", "table.add_rows", (reply) => reply.response = null],
  ["an id of an added row too few", "table.add_rows", ({ response }) => response[0].pop()],
  ["one id for two added rows", "table.add_rows", ({ response }) => response[0][1] = response[0][0]],
  ["half an id of an added row", "table.add_rows", ({ response }) => response[0][0][0] = 1.5],
  ["an added row with a negative id", "table.add_rows", ({ response }) => response[0][0][0] = -1],
  ["an update that says nothing", "row.batch_update", (reply) => reply.response = null],
  ["an update of fewer rows", "row.batch_update", ({ response }) => response.pop()],
];

for (const [what, command, change] of REPLIES) {
  Deno.test(`a restore that is answered with ${what} stops with 10`, async () => {
    await using app = await restoredApp(content, {
      faults: {
        onCall: ({ name, frame }) => {
          // The question whether a table can be written adds no row.
          const adds = JSON.stringify(frame["args"]).includes('"name"');
          return name === command && (adds || name !== "table.add_rows")
            ? { reply: (text) => changed(text, change) }
            : undefined;
        },
      },
    });
    await assert.rejects(app.apply(), (error) => {
      assert.ok(error instanceof AnvilSqliteError);
      assert.deepEqual([error.code, error.exitCode], ["protocol", 10]);
      return true;
    });
    assert.deepEqual(await app.rows("people"), [], "nothing was committed");
  });
}

Deno.test("a lost commit whose row is asked for and gets neither yes nor no is not done a second time", async () => {
  let commits = 0;
  await using app = await restoredApp(content, {
    transactionIdleMs: 400,
    faults: {
      onCall: ({ name, frame }) => {
        if (name === "table.has_row") return { reply: (text) => changed(text, (reply) => reply.response = null) };
        const isCommit = name === "close_transaction" && JSON.stringify(frame["args"]) === "[false]";
        return isCommit && ++commits === 1 ? { drop: "after" } : undefined;
      },
    },
  });
  await assert.rejects(app.apply(), { code: "protocol", exitCode: 10 });
  assert.equal((await app.rows("people")).length, 3, "each row stands in the app once");
});
