/** One line typed at a terminal, unseen. */
import assert from "node:assert/strict";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { atTerminal, HAS_TERMINAL, type Typed } from "../fixtures/running/at_terminal.ts";

const MODULE = JSON.stringify(new URL("../../lib/builtin/prompt_secret.ts", import.meta.url).href);

Deno.test("promptSecret() gives null and prints nothing when stdin is no terminal", async () => {
  const code = `import { promptSecret } from ${MODULE}; if (promptSecret("Key:") !== null) Deno.exit(9);`;
  const { code: status, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    stdin: "null",
  }).output();
  assert.deepEqual([status, stdout.length, new TextDecoder().decode(stderr)], [0, 0, ""]);
});

/** Stands on the terminal once keys reach the program one by one: what is typed before, the terminal itself shows. */
const READY = "(ready)";

/** Asks with some options while someone types; what was given, and what the terminal showed of it. */
async function asked(options: string, ...typed: readonly Typed[]) {
  using dir = tempDir();
  const script = dir.file("ask.ts");
  const text = `
    import { promptSecret } from ${MODULE};
    const setRaw = Deno.stdin.setRaw.bind(Deno.stdin);
    Deno.stdin.setRaw = (mode) => {
      setRaw(mode);
      if (mode) Deno.stdout.writeSync(new TextEncoder().encode("${READY}"));
    };
    let given;
    try { given = promptSecret("Key:", ${options}); } catch (error) { given = error.name; }
    console.log("given=" + JSON.stringify(given) + "=");
  `;
  Deno.writeTextFileSync(script, text);
  const { shown } = await atTerminal(["run", "--quiet", "--no-config", "--no-lock", script], typed);
  const [prompt = "", given = ""] = shown.replace(READY, "").split("given=");
  return { prompt, given: JSON.parse(given.split("=")[0] ?? "") };
}

const atTerminals = { ignore: !HAS_TERMINAL };

Deno.test("promptSecret() takes a line, with what was taken back, and shows none of it", atTerminals, async () => {
  assert.deepEqual(await asked('{ mask: "" }', [READY, "sécrxx\x7f\x7fet\r"]), {
    prompt: "Key: \r\n",
    given: "sécret",
  });
});

Deno.test("promptSecret() shows a star for each byte unless told otherwise", atTerminals, async () => {
  const { prompt, given } = await asked("{}", [READY, "abc"], ["***", "\b\r"]);
  assert.equal(given, "ab");
  assert.match(prompt, /Key: \*\*\*/);
  assert.doesNotMatch(prompt, /[abc]/);
});

Deno.test("promptSecret() wipes the prompt when it is to be cleared", atTerminals, async () => {
  const { prompt, given } = await asked('{ mask: "", clear: true }', [READY, "x\n"]);
  assert.deepEqual([given, prompt], ["x", "Key: \r\x1b[K"]);
});

Deno.test("promptSecret() ends at the input's end, and throws at Ctrl-C", atTerminals, async () => {
  assert.equal((await asked('{ mask: "" }', [READY, "\x04"])).given, "");
  assert.equal((await asked('{ mask: "" }', [READY, "x\x03"])).given, "Interrupted");
});
