/** Backups into a vault over a real socket: what is fetched, what is written, and what stays beside it. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { assertGoodVault, extractTo, snapshotsOf } from "../fixtures/vault/vault_fixture.ts";

const MEDIA = 60;

const PETS = smallApp({ pets: { columns: { name: "string" }, rows: [["Rex"]] } });

function pictures(): ArchiveContent {
  const app = smallApp({
    files: {
      columns: { label: "string", file: "media" },
      rows: Array.from({ length: MEDIA }, (_, i) => [`file ${i}`, BigInt(i + 1)]),
    },
  });
  return {
    ...app,
    provenance: [["app_id", "PICTURES"]],
    media: Array.from({ length: MEDIA }, (_, i) => ({
      contentType: "a/b",
      name: `${i}.bin`,
      bytes: Uint8Array.from({ length: 3_000 + i }, (_, at) => (at * 31 + i) % 251),
    })),
  };
}

/** Serves an app and counts the media that are fetched from it. */
async function served(content: ArchiveContent) {
  const fetched = { media: 0 };
  const app = await serveApp(content, {
    faults: {
      onCall: ({ name }) => {
        if (name === "fetch_lazy_media") fetched.media++;
        return undefined;
      },
    },
  });
  return { app, fetched, variables: variablesFor(app.server.url) };
}

Deno.test("a night into a vault fetches media that are new, writes no others, and leaves nothing beside it", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  const { app, fetched, variables } = await served(pictures());
  await using _ = app;
  const first = await runHere(["backup", "--vault", vault], { variables });
  assert.equal(first.code, 0, first.err);
  assert.equal(first.out, `${vault}@#1\n`);
  assert.match(first.err, /The vault's first snapshot/);
  assert.equal(fetched.media, MEDIA);
  const size = Deno.statSync(vault).size;
  const second = await runHere(["backup", "-o", vault, "--json"], { variables });
  assert.equal(second.code, 0, second.err);
  assert.equal(fetched.media, MEDIA, "none is fetched again");
  assert.deepEqual(JSON.parse(second.out.trimEnd().split("\n").at(-1) ?? ""), {
    event: "snapshot",
    vault,
    number: 2,
    previous: 1,
    changes: {},
  });
  assert.ok(Deno.statSync(vault).size < size + 20_000);
  assert.deepEqual(dir.names(), ["app.vault"]);
  await assertGoodVault(vault);
  const [one, two] = await snapshotsOf(vault);
  assert.ok(one !== undefined && two !== undefined);
  assert.equal(one.digest, two.digest);
  assert.ok(two.fileBytes > MEDIA * 3_000, "the size is that of the file that comes out");
  await extractTo(vault, two, dir.file("out.sqlite"));
  assert.equal((await runHere(["verify", "-q", dir.file("out.sqlite")])).code, 0);
});

Deno.test("a medium whose bytes in the vault are damaged is fetched again, and mended there", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  const { app, fetched, variables } = await served(pictures());
  await using _ = app;
  await runHere(["backup", "--vault", vault], { variables });
  const database = new DatabaseSync(vault);
  database.exec("UPDATE _anvil_blobs SET bytes = x'00' WHERE rowid = 7");
  database.close();
  assert.equal((await runHere(["verify", "--all", "-q", vault])).code, 4);
  const { code, err } = await runHere(["backup", "--vault", vault], { variables });
  assert.equal(code, 0, err);
  assert.equal(fetched.media, MEDIA + 1);
  await assertGoodVault(vault);
});

Deno.test("--no-reuse fetches all media; another app's vault is refused before anything is copied", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  const { app, fetched, variables } = await served(pictures());
  await using _ = app;
  await runHere(["backup", "--vault", vault], { variables });
  const all = await runHere(["backup", "--vault", vault, "--no-reuse"], { variables });
  assert.equal(all.code, 0, all.err);
  assert.equal(fetched.media, 2 * MEDIA);
  const other = await served({ ...pictures(), provenance: [["app_id", "OTHERAPP"]] });
  await using __ = other.app;
  const refused = await runHere(["backup", "--vault", vault], { variables: other.variables });
  assert.equal(refused.code, 2);
  assert.match(refused.err, /The vault '.*' is of PICTURES.*, and this app is OTHERAPP/);
  assert.equal(other.fetched.media, 0);
  assert.deepEqual(dir.names(), ["app.vault"]);
});

Deno.test("what looks wrong beside the vault's newest snapshot is a warning of the next", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  const whole = await served(pictures());
  await using _ = whole.app;
  await runHere(["backup", "--vault", vault], { variables: whole.variables });
  const half = pictures();
  const few = await served({ ...half, rows: new Map([["files", (half.rows.get("files") ?? []).slice(0, 20)]]) });
  await using __ = few.app;
  const { code, err } = await runHere(["backup", "--vault", vault, "--alert"], { variables: few.variables });
  assert.equal(code, 6, err);
  assert.match(err, /Table 'files' lost 40 of its 60 rows/);
  assert.match((await runHere(["snapshots", vault, "--json"])).out, /lost 40 of its 60 rows/);
});

Deno.test("a column that the vault's newest snapshot had values in, and that is empty now, is a warning", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  const pets = (...names: readonly (string | null)[]) =>
    smallApp({ pets: { columns: { name: "string", owner: "string" }, rows: names.map((name) => [name, null]) } });
  const night = async (content: ArchiveContent) => {
    const { app, variables } = await served(content);
    await using _ = app;
    return await runHere(["backup", "--vault", vault, "--alert"], { variables });
  };
  assert.equal((await night(pets(null, "Rex"))).code, 0);
  const { code, err } = await night(pets(null, null));
  assert.equal(code, 6, err);
  assert.match(err, /Column 'name' of table 'pets' is empty now; the backup before had values/);
  assert.doesNotMatch(err, /'owner'/, "it was empty before");
  const still = await night(pets(null, null));
  assert.equal(still.code, 0, still.err);
});

Deno.test("a backup into a vault whose key is reset half way says how to go on, and goes on", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  let isDown = true;
  await using app = await serveApp(PETS, {
    faults: {
      onConnection: (n) => isDown && n > 1 ? { kind: "refuse", text: "Incorrect uplink key" } : undefined,
      onCall: ({ name }) => isDown && name === "search.next_page" ? { drop: "before" } : undefined,
    },
  });
  const variables = variablesFor(app.server.url);
  const broken = await runHere(["backup", "--vault", vault], { variables });
  assert.equal(broken.code, 11, broken.err);
  const [partial = "", ...others] = dir.names();
  assert.match(partial, /^\.app\.vault\.incoming-[0-9a-f]{8}\.sqlite\.partial$/);
  assert.deepEqual(others, []);
  const hint = `hint: What was copied is kept: continue with 'anvil-sqlite backup --vault ${vault} --resume ${
    dir.file(partial)
  }', or delete it.`;
  assert.ok(broken.err.includes(hint), broken.err);
  isDown = false;
  const { code, out, err } = await runHere(["backup", "--vault", vault, "--resume", dir.file(partial)], { variables });
  assert.equal(code, 0, err);
  assert.equal(out, `${vault}@#1\n`);
  assert.deepEqual(dir.names(), ["app.vault"]);
});

Deno.test("a backup whose vault cannot take it any more is kept, and 'vault add' takes it in when the vault is mended", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  const change = (sql: string) => {
    using database = new DatabaseSync(vault);
    database.exec(sql);
  };
  let night = 0;
  await using app = await serveApp(PETS, {
    faults: {
      onCall: ({ name, n }) => {
        if (night === 2 && name === "search.next_page" && n === 2) change("CREATE TABLE mine (x)");
        return undefined;
      },
    },
  });
  const variables = variablesFor(app.server.url);
  const backup = () => (night++, runHere(["backup", "--vault", vault], { variables }));
  assert.equal((await backup()).code, 0);
  const { code, out, err } = await backup();
  assert.equal(code, 4, err);
  assert.equal(out, "");
  const [file = ""] = dir.names().filter((name) => name !== "app.vault");
  assert.match(file, /^\.app\.vault\.incoming-[0-9a-f]{8}\.sqlite$/);
  assert.match(err, /^error: The backup is whole, and is not in the vault: The vault '.*' is damaged: 'mine' in it /m);
  assert.ok(err.includes(`hint: It is kept: 'anvil-sqlite vault add ${vault} ${dir.file(file)}' takes it in`), err);
  change("DROP TABLE mine");
  const added = await runHere(["vault", "add", "-q", vault, dir.file(file)]);
  assert.equal(added.code, 0, added.err);
  assert.deepEqual((await snapshotsOf(vault)).map(({ number }) => number), [1, 2]);
  assert.deepEqual(dir.names(), [file, "app.vault"], "it stays until its owner deletes it");
  assert.equal((await backup()).code, 0);
  assert.deepEqual(dir.names(), [file, "app.vault"], "nobody else takes it away");
});
