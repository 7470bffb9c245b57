import assert from "node:assert/strict";
import { moveAside } from "../../../lib/cli/input/move_aside.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

const write = (path: string, text: string) => Deno.writeTextFileSync(path, text);
const read = (path: string) => Deno.readTextFileSync(path);

Deno.test("moveAside() overwrites nothing: older files get one name after the other", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  for (const text of ["first", "second", "third"]) {
    write(path, text);
    await moveAside(path);
  }
  assert.deepEqual(dir.names(), ["app.sqlite.bak", "app.sqlite.bak2", "app.sqlite.bak3"]);
  assert.deepEqual(dir.names().map((name) => read(dir.file(name))), ["first", "second", "third"]);
  assert.equal(await moveAside(path), null);
});

Deno.test("moveAside() takes what SQLite keeps beside a file along, and takes no name beside which such a file lies", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  for (const suffix of ["", "-wal", "-shm", ".bak-journal"]) write(path + suffix, suffix);
  const moved = await moveAside(path);
  assert.equal(moved?.path, `${path}.bak2`);
  assert.deepEqual(dir.names(), [
    "app.sqlite.bak-journal",
    "app.sqlite.bak2",
    "app.sqlite.bak2-shm",
    "app.sqlite.bak2-wal",
  ]);
  assert.equal(read(dir.file("app.sqlite.bak2-wal")), "-wal");
});

Deno.test("moveAside() moves back what it moved, unless the name is taken by then", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  write(path, "older");
  const moved = await moveAside(path);
  await moved?.putBack();
  assert.deepEqual([dir.names(), read(path)], [["app.sqlite"], "older"]);
  const again = await moveAside(path);
  write(path, "newer");
  await assert.rejects(async () => await again?.putBack(), { code: "cannot-write", message: /has come into being$/ });
  assert.deepEqual([read(path), read(`${path}.bak`)], ["newer", "older"]);
});

Deno.test("moveAside() moves a link itself, not what it leads to, and neither a folder nor a device", async () => {
  using dir = tempDir();
  write(dir.file("real"), "real");
  await Deno.symlink(dir.file("real"), dir.file("link"));
  await moveAside(dir.file("link"));
  assert.deepEqual(dir.names(), ["link.bak", "real"]);
  assert.ok((await Deno.lstat(dir.file("link.bak"))).isSymlink);
  await assert.rejects(moveAside(dir.path), { code: "cannot-write", message: /it is a folder$/ });
  if (Deno.build.os !== "windows") {
    await assert.rejects(moveAside("/dev/null"), { code: "cannot-write", message: /it is not a file$/ });
  }
});
