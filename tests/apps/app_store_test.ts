/** Where apps are kept, and how they are found. */
import assert from "node:assert/strict";
import { oddName } from "../../lib/apps/app_name.ts";
import { KEEP_ALL } from "../../lib/apps/app_setup.ts";
import { AppStore } from "../../lib/apps/app_store.ts";
import { configFolder, type ConfigVariables } from "../../lib/apps/config_folder.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const NONE: ConfigVariables = {
  ANVIL_SQLITE_CONFIG: null,
  APPDATA: null,
  HOME: null,
  USERPROFILE: null,
  XDG_CONFIG_HOME: null,
};
const APP = {
  name: "shop",
  url: null,
  keyFile: null,
  to: "/b",
  keep: KEEP_ALL,
  drillMs: null,
  ping: null,
  label: [],
  exclude: [],
};

Deno.test("apps are kept where each system keeps settings, or where ANVIL_SQLITE_CONFIG says", () => {
  const home = { ...NONE, HOME: "/home/ann" };
  assert.equal(configFolder("linux", home), "/home/ann/.config/anvil-sqlite");
  assert.equal(configFolder("linux", { ...home, XDG_CONFIG_HOME: "/x" }), "/x/anvil-sqlite");
  assert.equal(configFolder("darwin", home), "/home/ann/Library/Application Support/anvil-sqlite");
  assert.match(configFolder("windows", { ...NONE, APPDATA: "C:\\Users\\ann\\AppData" }) ?? "", /AppData.anvil-sqlite$/);
  assert.equal(configFolder("darwin", { ...home, ANVIL_SQLITE_CONFIG: "/here" }), "/here");
  for (const os of ["linux", "darwin", "windows"]) assert.equal(configFolder(os, NONE), null);
});

Deno.test("an app that is kept is found by its name; it and its key are for its owner alone", async () => {
  await using dir = await tempDir();
  const store = new AppStore({ ...NONE, ANVIL_SQLITE_CONFIG: dir.file("config") });
  assert.deepEqual(await store.names(), []);
  assert.equal(await store.find("shop"), null);
  await store.save({ ...APP, keyFile: store.keyPathOf("shop") }, "server_KEY");
  assert.deepEqual(await store.names(), ["shop"]);
  assert.equal((await store.get("shop")).keyFile, store.keyPathOf("shop"));
  assert.equal(await Deno.readTextFile(store.keyPathOf("shop")), "server_KEY\n");
  if (Deno.build.os !== "windows") {
    for (const path of [store.keyPathOf("shop"), store.pathOf("shop")]) {
      assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    }
  }
  assert.deepEqual([...Deno.readDirSync(dir.file("config/apps"))].map(({ name }) => name), ["shop.yaml"]);
});

Deno.test("a name that nobody has set up: what it may have meant, or which there are", async () => {
  await using dir = await tempDir();
  const store = new AppStore({ ...NONE, ANVIL_SQLITE_CONFIG: dir.path });
  await assert.rejects(store.get("shop"), { code: "no-such-app", hint: /No app is set up yet.*setup/ });
  await store.save(APP, null);
  await assert.rejects(store.get("shp"), { code: "no-such-app", hint: "Did you mean 'shop'?" });
  await assert.rejects(store.get("library"), { hint: /Apps that are set up: shop\./ });
  await assert.rejects(store.get("../shop"), { code: "no-such-app" });
});

Deno.test("without a folder for settings there are no apps, and none can be kept", async () => {
  const store = new AppStore(NONE);
  assert.deepEqual(await store.names(), []);
  await assert.rejects(store.save(APP, null), { code: "no-config-folder", exitCode: 2 });
});

Deno.test("a name is a word that is a file's name everywhere", () => {
  for (const name of ["shop", "Shop-2", "a_b", "x".repeat(40)]) assert.equal(oddName(name), null, name);
  for (const name of ["", "-x", ".x", "a b", "a/b", "a@b", "caf\u00e9", "x.sqlite", "con", "COM1", "x".repeat(41)]) {
    assert.notEqual(oddName(name), null, name);
  }
});
