/** Files that users name: read once, whatever they are, and never for ever. */
import assert from "node:assert/strict";
import { readInput, readText } from "../../../lib/cli/input/read_input.ts";
import { MemorySurroundings } from "../memory_surroundings.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

const KIND = { what: "schema file", hint: "Give another." };

function streaming(chunks: Iterable<Uint8Array>) {
  return { ...new MemorySurroundings(), standardInput: () => ReadableStream.from(chunks) };
}

Deno.test("readText() reads a file, and standard input as -", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("a.yaml"), "a: ü\n");
  assert.equal(await readText(dir.file("a.yaml"), KIND, new MemorySurroundings()), "a: ü\n");
  assert.equal(await readText("-", KIND, new MemorySurroundings({ standardInput: "b: 1\n" })), "b: 1\n");
});

Deno.test("readText() puts together what comes in pieces, also within a character", async () => {
  const bytes = new TextEncoder().encode("name: Zoë 😀\n");
  const pieces = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
  assert.equal(await readText("-", KIND, streaming(pieces)), "name: Zoë 😀\n");
});

Deno.test("readInput() recognises a SQLite file by its beginning, also in pieces, and reads no more of it", async () => {
  let pulled = 0;
  function* pieces(): Generator<Uint8Array> {
    for (const piece of ["SQL", "ite for", "mat 3", "\0and", " more"]) {
      pulled++;
      yield new TextEncoder().encode(piece);
    }
  }
  assert.deepEqual(await readInput("-", KIND, streaming(pieces())), { kind: "database", isFile: false });
  assert.ok(pulled < 5, `${pulled} pieces were read`);
  await assert.rejects(readText("-", KIND, streaming(pieces())), {
    code: "cannot-read",
    message: "Cannot read the schema file 'standard input': it is a SQLite file",
  });
});

Deno.test("readText() gives up a text that never ends at 32 MiB", async () => {
  let bytes = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) yield new Uint8Array(65_536).fill(97, 0, bytes += 65_536);
  }
  await assert.rejects(readText("-", KIND, streaming(endless())), {
    code: "cannot-read",
    exitCode: 2,
    message: "Cannot read the schema file 'standard input': it has more than 32 MiB",
  });
  assert.ok(bytes < 34 * 1024 * 1024, `${bytes} bytes were read`);
});

Deno.test("readText() stops waiting for a silent pipe when it is told to", async () => {
  const memory = new MemorySurroundings();
  const silent = new ReadableStream<Uint8Array>();
  const reading = readText("-", KIND, { ...memory, signal: memory.signal, standardInput: () => silent });
  memory.stopping.abort(new Error("Ctrl-C"));
  await assert.rejects(reading, { message: "Ctrl-C" });
});

Deno.test("readText() says what is wrong with what was named: nothing there, a folder, another encoding", async () => {
  using dir = tempDir();
  Deno.writeFileSync(dir.file("cp1252.yaml"), Uint8Array.from([0x4d, 0xfc, 0x6c]));
  for (
    const [path, why] of [
      [dir.file("none"), "there is no such file"],
      [dir.path, "it is a folder"],
      [dir.file("cp1252.yaml"), "line 1 is not UTF-8 text"],
    ]
  ) {
    await assert.rejects(readText(path ?? "", KIND, new MemorySurroundings()), {
      code: "cannot-read",
      exitCode: 2,
      message: `Cannot read the schema file '${path}': ${why}`,
    });
  }
});
