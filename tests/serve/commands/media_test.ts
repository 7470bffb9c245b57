/** Media that clients fetch: in chunks of 64,000 bytes, with a key that is good on one connection. */
import assert from "node:assert/strict";
import { STORAGE_STYLES } from "../../../lib/serve/app/snapshot.ts";
import { served, Wire } from "../../fixtures/serving/serve_client.ts";

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: media come whole, with their names and types`, async () => {
    await using serving = await served({ storage });
    const { client } = serving;
    const types = await client.table("all_types");
    for (const [row, length, chunks] of [[133, 1, [1]], [134, 70_000, [64_000, 6_000]], [135, 0, []]] as const) {
      const { m } = await client.row(types, row);
      const { bytes, chunks: got } = await client.bytes(m);
      assert.deepEqual([bytes.length, got], [length, [...chunks]]);
    }
    const { m } = await client.row(types, 133);
    assert.ok(m instanceof Wire);
    const { manager, id, name, length } = m.fields;
    assert.deepEqual([name, length], ["x.txt", null]);
    assert.deepEqual(
      [manager, id],
      storage === "classic" ? ["table-media", "1"] : ["table-media-s", '[12,133,"id of m"]'],
    );
  });

  Deno.test(`${storage}: a key opens its medium, on its connection, and nothing else`, async () => {
    await using serving = await served({ storage });
    const { client } = serving;
    const { m } = await client.row(await client.table("all_types"), 133);
    assert.ok(m instanceof Wire);
    const failure = async (fields: object, who = client) =>
      (await who.failure("private:fetch_lazy_media", [{ ...(m as Wire).fields, ...fields }])).message;
    const opaque = /^Internal server error: [0-9a-f]{12}$/;
    assert.match(await failure({ key: "0".repeat(32) }), opaque);
    assert.match(await failure({ id: "3" }), opaque);
    assert.match(await failure({ manager: "py" }), opaque);
    assert.match(await failure({}, await serving.connect()), opaque);
    for (const odd of ["x", null, [1]]) {
      assert.equal((await client.failure("private:fetch_lazy_media", [odd])).type, "anvil.server.InternalError");
    }
    assert.equal((await client.bytes(m)).bytes.length, 1, "the line lives on");
  });
}

Deno.test("a medium whose bytes are not in the file fails, and says nothing but a code", async () => {
  const problems: unknown[] = [];
  await using serving = await served({ writable: true, onProblem: (error) => problems.push(error) });
  const { client, server } = serving;
  const types = await client.table("all_types");
  const { m: cut } = await client.row(types, 134);
  const { m: absent } = await client.row(types, 133);
  await server.edit((engine) => {
    engine.exec("UPDATE _anvil_blobs SET bytes = x'00' WHERE length(bytes) > 1000");
    engine.exec("UPDATE _anvil_media_objects SET state = 'failed' WHERE id = 1");
  });
  await assert.rejects(client.bytes(cut), /Internal server error: /);
  await assert.rejects(client.bytes(absent), /does not exist/);
  assert.deepEqual(problems, [], "a fault of the file, not of the server");
});

Deno.test("a medium that the archive does not have shows as None", async () => {
  await using serving = await served({ writable: true });
  const { client, server } = serving;
  await server.edit((engine) => engine.exec("DELETE FROM _anvil_media_objects WHERE id = 1"));
  assert.equal((await client.row(await client.table("all_types"), 133))["m"], null);
});
