/** Faults of the network: what a backup does when the line breaks, falls silent or is slow. */
import assert from "node:assert/strict";
import type { FaultAction, FaultyCall } from "../fixtures/faults/faults.ts";
import type { ServedApp } from "../fixtures/running/served_app.ts";
import { FIRST_WAIT } from "../../lib/uplink/limits.ts";
import { assertComplete, assertKept, backupWith, type Outcome, retries } from "../fixtures/running/faulty_backup.ts";

const PAGE = "search.next_page";
const MEDIA = "fetch_lazy_media";

/** An action at the nth call of a name. */
const at = (name: string, n: number, action: FaultAction) => (call: FaultyCall) =>
  call.name === name && call.n === n ? action : undefined;

Deno.test("connection dropped at the handshake: tried again, then complete", () =>
  backupWith({ onConnection: (n) => n < 3 ? { kind: "drop" } : undefined }, async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.deepEqual(retries(outcome), ["connection", "connection"]);
  }));

Deno.test("connection dropped at every handshake: exit 10 after the time of --wait, no file", () => {
  let tries = 0;
  return backupWith({ onConnection: () => (tries++, { kind: "drop" }) }, (outcome) => {
    assert.equal(outcome.exitCode, 10);
    assert.match(outcome.error?.message ?? "", /closed the connection instead of greeting|broke before the greeting/);
    assert.equal(retries(outcome).length, tries - 1);
    assert.ok(waited(outcome) > 20_000 && waited(outcome) <= 40_000, `${waited(outcome)} ms`);
    assert.deepEqual(outcome.files, []);
  }, { backup: { waitMs: 40_000 } });
});

/** Milliseconds between tries. */
const waited = ({ events }: Outcome): number =>
  events.reduce((sum, event) => sum + (event.type === "retry" ? event.waitMs : 0), 0);

Deno.test("a network that comes nine minutes after the computer woke: waited for when nobody looks on", () =>
  backupWith({ onConnection: (n) => n < 30 ? { kind: "drop" } : undefined }, async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.ok(waited(outcome) > 300_000 && waited(outcome) < FIRST_WAIT.unwatchedMs, `${waited(outcome)} ms`);
  }, { backup: { waitMs: FIRST_WAIT.unwatchedMs } }));

Deno.test("something that answers, and not as an Uplink, is not waited for: exit 10 at once", () =>
  backupWith({ onConnection: () => ({ kind: "http", status: "404 Not Found" }) }, (outcome) => {
    assert.deepEqual([outcome.exitCode, outcome.error?.code], [10, "not-an-uplink"]);
    assert.deepEqual(retries(outcome), []);
  }));

Deno.test("a server that is about to start behind a proxy (503) is waited for", () =>
  backupWith({
    onConnection: (n) => n < 8 ? { kind: "http", status: "503 Service Unavailable" } : undefined,
  }, (outcome) => assertComplete(outcome, "consistent")));

for (const drop of ["before", "mid-reply", "after"] as const) {
  Deno.test(`connection dropped in a page (${drop}): a new one goes on, the file says resumed`, () =>
    backupWith({ onCall: at(PAGE, 2, { drop }) }, async (outcome) => {
      await assertComplete(outcome, "resumed");
      assert.deepEqual(retries(outcome), ["connection"]);
    }));
}

Deno.test("connection dropped in every page: exit 10 after eighteen tries that bring nothing, partial kept", () =>
  backupWith({ onCall: (call) => call.name === PAGE ? { drop: "before" } : undefined }, (outcome) => {
    assertKept(outcome, 10, "connection-lost");
    assert.equal(retries(outcome).filter((what) => what === "connection").length, 17);
  }));

Deno.test("connection dropped again and again, each time after a page: goes on as long as each brings something", () =>
  backupWith(
    { onCall: (call) => call.name === PAGE && call.n % 2 === 0 ? { delayMs: 300, drop: "after" } : undefined },
    (outcome) => assertComplete(outcome, "resumed"),
  ));

Deno.test("connection dropped between a chunk header and its bytes: the medium is fetched again, whole", () =>
  backupWith({ onCall: at(MEDIA, 4, { drop: "mid-chunk" }) }, (outcome) => assertComplete(outcome, "consistent")));

for (const drop of ["before", "after"] as const) {
  Deno.test(`connection dropped at commit (${drop}): nothing was to be committed, complete`, () =>
    backupWith({ onCall: at("close_transaction", 1, { drop }) }, (outcome) => assertComplete(outcome, "consistent")));
}

for (
  const [name, moment, snapshot] of [
    [PAGE, "while rows come: the file says resumed", "resumed"],
    [MEDIA, "when all rows have come: media get new keys, the snapshot stays", "consistent"],
  ] as const
) {
  Deno.test(`server restarts ${moment}`, async () => {
    let app: ServedApp | null = null;
    const restart = (call: FaultyCall): undefined => {
      if (call.name === name && call.n === 3) void app?.server.restart();
    };
    await backupWith({ onCall: restart }, (outcome) => assertComplete(outcome, snapshot), {
      prepare: (served) => void (app = served),
    });
  });
}

for (const [name, moment] of [[PAGE, "a page"], [MEDIA, "a medium"], ["get_app_tables", "the listing"]] as const) {
  Deno.test(`half-open connection at ${moment}: 45 s of silence end it, a new one goes on`, () =>
    backupWith({ onCall: at(name, 1, { halfOpen: true }) }, async (outcome) => {
      await assertComplete(outcome);
      assert.equal(retries(outcome).length, 1);
    }));
}

Deno.test("slow server, each page near the idle limit: the keepalive holds the snapshot", () =>
  backupWith({ onCall: (call) => call.name === PAGE ? { delayMs: 9_500 } : undefined }, async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.deepEqual(retries(outcome), []);
  }));

Deno.test("a page is never answered: given up after 120 s, asked again on a new connection", () =>
  backupWith({ onCall: at(PAGE, 2, { silent: true }) }, async (outcome) => {
    await assertComplete(outcome, "resumed");
    const reasons = outcome.events.flatMap((event) => event.type === "retry" ? [event.message] : []);
    assert.match(reasons.join(), /was not answered within 120 s/);
  }));

Deno.test("replies out of order: every row stands where it belongs", () =>
  backupWith(
    { onCall: ({ name, n }) => name === PAGE && n % 2 === 0 ? { hold: 2 } : undefined },
    (outcome) => assertComplete(outcome, "consistent"),
  ));

Deno.test("`output` and unknown frames, also between a chunk's header and its bytes: ignored", () => {
  const before = [
    '{"output":"printed by server code"}',
    '{"id":"none","output":"of a call"}',
    '{"id":"c0","invalidate-macs":[]}',
    '{"type":"FROM_THE_FUTURE","id":"x"}',
    '{"id":"unknown","response":1}',
    '{"id":"unknown","error":{"message":"?"}}',
    "[]",
    "17",
  ];
  return backupWith(
    { onCall: () => ({ before, media: { between: before } }) },
    (outcome) => assertComplete(outcome, "consistent"),
  );
});
