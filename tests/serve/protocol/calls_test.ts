/** Calls and who makes them: unknown ones, wrong arguments, lesser keys, capabilities of another shape, media that fail. */
import assert from "node:assert/strict";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { OPCODE } from "../../fixtures/faults/websocket_frames.ts";
import { RawClient } from "../../fixtures/serving/raw_client.ts";
import { KEYS, served, typed } from "../../fixtures/serving/serve_client.ts";

Deno.test("a function that nobody offers, and one of the first tables API", async () => {
  await using serving = await served();
  const failure = await serving.client.failure("private:nothing");
  assert.equal(failure.type, "anvil.server.NoServerFunctionError");
  assert.match(failure.message, /"anvil\.private\.nothing"/);
});

Deno.test("a wrong number of arguments is a TypeError with the function's name", async () => {
  await using serving = await served();
  const { client } = serving;
  for (
    const [name, args] of [
      ["private:echo", []],
      ["private:echo", [1, 2]],
      ["private:tables.close_transaction", []],
      ["get_app_tables", [1]],
      ["table.search", [1]],
      ["table.add_row", [1]],
      ["row.batch_update", []],
      ["table.get_view", [1]],
    ] as const
  ) {
    const failure = await client.failure(name, args);
    assert.equal(failure.type, "TypeError", name);
    assert.match(failure.message, new RegExp(`^Wrong number of arguments \\(${args.length}\\) passed to anvil`));
  }
});

Deno.test("services beside tables answer: echo, configuration, origin, session, an error on request", async () => {
  await using serving = await served();
  const { client } = serving;
  assert.deepEqual(await client.call("private:echo", [{ a: [1, "x", null] }]), { a: [1, "x", null] });
  assert.deepEqual(await client.call("private:get_client_config", ["/runtime/services/tables.yml"]), {
    enable_v2: true,
  });
  assert.equal(await client.call("private:get_client_config", ["/other.yml"]), null);
  assert.deepEqual(await client.call("private:get_server_config", ["/runtime/services/tables.yml"]), {
    auto_create_missing_columns: false,
  });
  assert.equal(await client.call("private:get_server_config", ["/other.yml"]), null);
  assert.equal(await client.call("private:get_app_origin"), "https://example.anvil.app");
  const session = await client.call("private:get_session_id");
  assert.match(String(session), /^[0-9A-F]{32}$/);
  assert.equal(await client.call("private:get_session_id"), session);
  assert.notEqual(await (await serving.connect()).call("private:get_session_id"), session);
  assert.equal((await client.failure("private:fail")).type, "anvil.server._FailError");
});

Deno.test("a DB-read key reads tables and does nothing else", async () => {
  await using serving = await served({ writable: true });
  const reader = await serving.connect(KEYS.read);
  const people = await reader.table("people");
  assert.equal((await reader.search(people)).ids.length, 10);
  assert.equal((await reader.search(await reader.table("Users"))).rows[0]?.cells["password_hash"], "$2b$12$hash");
  for (
    const [name, args] of [
      ["private:echo", ["x"]],
      ["private:tables.open_transaction", []],
      ["private:fetch_lazy_media", [{}]],
      ["table.add_row", [people, { name: "x" }]],
      ["row.update", [people.row(79), { name: "x" }]],
      ["row.delete", [people.row(79)]],
      ["table.delete_all_rows", [people]],
    ] as const
  ) {
    assert.equal((await reader.failure(name, args)).type, "anvil.server.PermissionDenied", name);
  }
});

Deno.test("a client key does what the tables' client access lets it, and neither transactions nor functions with a colon", async () => {
  await using serving = await served({ writable: true });
  const guest = await serving.connect(KEYS.client);
  const users = await guest.table("Users");
  assert.equal((await guest.search(users)).ids.length, 1);
  const { client } = serving;
  const people = await client.table("people");
  for (
    const [name, args] of [
      ["table.search", [people, [], {}]],
      ["table.list_columns", [people]],
      ["search.next_page", [people]],
      ["search.get_length", [people]],
      ["table.to_csv", [people]],
      ["table.add_row", [users, { email: "x" }]],
      ["private:tables.open_transaction", []],
      ["private:tables.close_transaction", [true]],
      ["private:get_server_config", ["x"]],
      ["private:a:b", []],
    ] as const
  ) {
    const failure = await guest.failure(name, args);
    assert.equal(failure.type, "anvil.server.PermissionDenied", name);
  }
  assert.match((await guest.failure("table.search", [people, [], {}])).message, /'People' from client code/);
  const search = people.narrowed({ search: null, fetch: null, order: null, chunk: null });
  assert.equal((await guest.nextPage(search)).ids.length, 10, "a search's capability is enough to read on");
  assert.equal((await guest.row(people, 79))["name"], "P1", "and a row's to read that row");
});

Deno.test("tables without access, and without a capability, are refused by title or by who asks", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const secrets = (await client.table("people")).narrowed();
  const missing = await client.failure("table.search", [null, [], {}]);
  assert.deepEqual(missing, {
    type: "anvil.server.PermissionDenied",
    message: "Cannot access this table from server code.",
  });
  assert.ok(secrets);
  const readOnly = await client.table("read_only");
  for (
    const [name, args] of [
      ["table.add_row", [readOnly, { word: "x" }]],
      ["row.update", [readOnly.row(61), { word: "x" }]],
      ["row.batch_update", [[[readOnly.row(61), { word: "x" }, null]]]],
      ["row.delete", [readOnly.row(61)]],
      ["row.batch_delete_2", [[[readOnly.row(61), null]]]],
      ["table.delete_all_rows", [readOnly]],
      ["search.delete_all", [readOnly]],
    ] as const
  ) {
    assert.match(
      (await client.failure(name, args)).message,
      /^Cannot write to table 'Read only' from server code/,
      name,
    );
  }
  assert.equal((await client.search(readOnly)).ids.length, 1);
});

Deno.test("capabilities of another shape than asked for are internal errors that say so", async () => {
  await using serving = await served();
  const { client } = serving;
  const people = await client.table("people");
  const search = { search: null, fetch: null, order: null, chunk: null };
  for (
    const [name, args] of [
      ["table.search", [people.row(79), [], {}]],
      ["row.fetch", [people, null]],
      ["row.fetch", [people.narrowed({ r: "x" }), null]],
      ["row.fetch", [people.narrowed({ r: 79, more: 1 }), null]],
      ["row.fetch", [people.row(79).row(80), null]],
      ["row.fetch", [typed("anvil.tables.v2._RowRef", people.row(79)), null]],
      ["search.next_page", [people.narrowed({ search: null })]],
      ["search.next_page", [people.narrowed({ ...search, search: 1 })]],
      ["search.next_page", [people.narrowed({ ...search, order: 1 })]],
      ["search.next_page", [people.narrowed({ ...search, order: [1] })]],
      ["search.next_page", [people.narrowed(search, 5)]],
      ["search.next_page", [people.narrowed(search, "[1]", "more")]],
      ["table.search", ["people", [], {}]],
      ["table.search", [{}, [], {}]],
    ] as const
  ) {
    const failure = await client.failure(name, args);
    assert.equal(failure.type, "anvil.server.InternalError", JSON.stringify(args));
    assert.match(failure.message, /capability/i);
  }
  const far = people.row("99999999999999999999999");
  assert.match((await client.failure("row.fetch", [far, null])).message, /^Internal server error: [0-9a-f]{12}$/);
});

Deno.test("errors that callers see as a code are told to who runs the server, under that code", async () => {
  const problems: [unknown, string][] = [];
  await using serving = await served({ onProblem: (error, code) => problems.push([error, code]) });
  const { client } = serving;
  const failure = await client.failure("row.fetch", [(await client.table("people")).row("9".repeat(30)), null]);
  assert.equal(failure.message, `Internal server error: ${problems[0]?.[1]}`);
  assert.ok(problems[0]?.[0] instanceof Error);
});

/** Announces a medium of a row to be added, and gives the connection. */
async function announced(url: string, entry: object): Promise<RawClient> {
  const client = await RawClient.greet(url, KEYS.server);
  await client.sendJson({
    type: "CALL",
    id: "add",
    command: "anvil.private.tables.v2.table.add_row",
    args: [null, { m: null }],
    objects: [entry, { path: ["args", 1, "m"], type: ["DataMedia"], id: "m1", "mime-type": "a/b", name: "n" }],
  });
  return client;
}

Deno.test("a medium that stops coming fails its call after a minute; one that is given up fails with the client's own words", async () => {
  const clock = new ManualClock();
  await using serving = await served({ clock, writable: true });
  const types = await serving.client.table("all_types");
  const entry = { ...types.fields, path: ["args", 0] };
  using stuck = await announced(serving.server.url, entry);
  await stuck.sendJson({ type: "CHUNK_HEADER", requestId: "add", mediaId: "m1", chunkIndex: 0, lastChunk: false });
  await stuck.sendFrame({ opcode: OPCODE.binary, payload: "x" });
  await stuck.sendJson({ type: "CALL", id: "e", command: "anvil.private.echo", args: ["arrived"] });
  assert.equal((await stuck.json())["response"], "arrived");
  clock.advance(60_000);
  const late = await stuck.json();
  assert.equal((late["error"] as { type: string }).type, "anvil.server.TimeoutError");
  using given = await announced(serving.server.url, entry);
  await given.sendJson({
    type: "MEDIA_ERROR",
    requestId: "add",
    mediaIds: ["m1"],
    cause: { type: "x.Y", message: "gone" },
  });
  const { error } = await given.json();
  assert.deepEqual([(error as { type: string }).type, (error as { message: string }).message], ["x.Y", "gone"]);
  using unsaid = await announced(serving.server.url, entry);
  await unsaid.sendJson({ type: "MEDIA_ERROR", requestId: "add", mediaIds: ["m1"] });
  assert.equal(((await unsaid.json())["error"] as { message: string }).message, "Media failed");
  assert.equal(await serving.client.call("search.get_length", [types]), 19, "nothing was written");
});

Deno.test("a connection that ends while its medium is on its way writes nothing, and leaves no file behind", async () => {
  await using serving = await served({ writable: true });
  const types = await serving.client.table("all_types");
  const client = await announced(serving.server.url, { ...types.fields, path: ["args", 0] });
  for (let i = 0; i < 6; i++) {
    await client.sendJson({ type: "CHUNK_HEADER", requestId: "add", mediaId: "m1", chunkIndex: i, lastChunk: false });
    await client.sendFrame({ opcode: OPCODE.binary, payload: new Uint8Array(1_000_000) });
  }
  await client.sendJson({ type: "CALL", id: "e", command: "anvil.private.echo", args: ["arrived"] });
  assert.equal((await client.json())["response"], "arrived");
  client[Symbol.dispose]();
  assert.equal(await serving.client.call("search.get_length", [types]), 19);
});
