/**
 * The README's commands, run as they stand there, in a folder of their own, against a sample app on this machine. The few
 * that cannot be run are listed with the reason.
 */
import assert from "node:assert/strict";
import { PERMISSIONS } from "../../../.github/release/permissions.ts";
import { buildArchive } from "../../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { parseYaml } from "../../../lib/deps.ts";
import { startServer } from "../../../lib/serve/server.ts";
import { hasProgram, run } from "../../fixtures/running/run.ts";
import { TEST_KEY } from "../../fixtures/running/served_app.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { ROOT } from "../deno.ts";

const README = await Deno.readTextFile(`${ROOT}/README.md`);

/** A fenced block: its language, its text, and the heading that it stands under. */
interface Block {
  readonly heading: string;
  readonly language: string;
  readonly text: string;
}

/** Commands that are not run, by how they begin, and why. */
const NOT_RUN: readonly (readonly [start: string, reason: string])[] = [
  ["npx -y deno@2.9.6 task test", "runs all tests, this one among them"],
  ["npx -y deno@2.9.6 task bench", "takes twenty-five minutes; .ci/run runs a part of it"],
  [
    "curl -fsSL --proto '=https' https://github.com/",
    "needs a published release; install_test.ts runs install.sh from loopback",
  ],
  ["irm https://github.com/", "needs a published release and PowerShell; release.yml runs install.ps1 on Windows"],
  ["brew install ", "needs Homebrew and a published release; pack_test.ts checks the formula"],
  ["scoop install ", "needs Scoop and a published release; pack_test.ts checks the manifest"],
  ["deno run --allow-net", "needs a published repository; from_url_test.ts runs the same from loopback"],
  ["anvil-sqlite browse ", "shows a page until Ctrl-C; browse_test.ts and test:browser run it"],
  ["sudo install ", "needs root, and changes the system"],
  ["sudo systemctl ", "needs root and systemd; workflows_test.ts checks the units"],
];

/** All fenced blocks, in order. */
function blocks(): readonly Block[] {
  const found: Block[] = [];
  for (const section of README.split(/^(?=## )/m)) {
    const heading = /^## (.+)$/m.exec(section)?.[1] ?? "";
    for (const [, language = "", text = ""] of section.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
      found.push({ heading, language, text });
    }
  }
  return found;
}

/** Commands of a block: its lines, continued ones joined, without empty ones. */
function commandsOf({ language, text }: Block): readonly string[] {
  if (language === "yaml") {
    const { jobs } = parseYaml(text, { schema: "core" }) as {
      readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
    };
    return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  }
  const lines = text.replace(/\\\n\s*/g, "").split("\n").filter((line) => line !== "");
  // Five fields of time before the command.
  return language === "crontab" ? lines.map((line) => line.replace(/^(\S+\s+){5}/, "")) : lines;
}

const RUNNABLE = ["sh", "powershell", "crontab", "yaml"];

/** Programs that the README's reader has, and a machine that runs the tests may not have. */
const NEEDED = ["sqlite3"];

/** Why a command is not run here; null when it is. */
function whyNotRun(command: string, lacking: readonly string[]): string | null {
  const missing = lacking.find((name) => command.startsWith(`${name} `));
  if (missing !== undefined) return `needs ${missing}, which is not installed here`;
  return NOT_RUN.find(([start]) => command.startsWith(start))?.[1] ?? null;
}

/** A program in a folder of PATH. */
async function shim(path: string, command: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
}

/** A home with the program installed and the keys at hand. */
async function fillHome(dir: TempDir): Promise<void> {
  await Deno.mkdir(dir.file(".local/bin"), { recursive: true });
  await Deno.mkdir(dir.file("bin"));
  await Deno.mkdir(dir.file("backups"));
  const program = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, `${ROOT}/main.ts`].join(" ");
  for (const folder of [".local/bin", "bin"]) await shim(dir.file(`${folder}/anvil-sqlite`), `exec ${program} "$@"`);
  // The very version that the README names, without asking a registry.
  const version = `[ "$1 $2" = "-y deno@${Deno.version.deno}" ] || exit 9`;
  await shim(dir.file("bin/npx"), `${version}; shift 2; cd ${ROOT} && exec ${Deno.execPath()} "$@"`);
  for (const name of ["uplink.key", "staging.key"]) await Deno.writeTextFile(dir.file(name), TEST_KEY, { mode: 0o600 });
}

Deno.test({
  name: "every command in the README runs as written, or stands in the list of those that cannot be run",
  ignore: Deno.build.os === "windows",
  fn: async (t) => {
    using dir = tempDir();
    await fillHome(dir);
    const [full, empty] = [dir.file("app.sqlite-served"), dir.file("staging.sqlite-served")];
    await buildArchive(full, sampleApp());
    await buildArchive(empty, { ...sampleApp(), rows: new Map(), media: [] });
    const app = await startServer({ path: full, key: TEST_KEY });
    const staging = await startServer({ path: empty, key: TEST_KEY, writable: true });
    const lacking: string[] = [];
    for (const name of NEEDED) if (!await hasProgram(name)) lacking.push(name);
    const before = new Set([...Deno.readDirSync(ROOT)].map(({ name }) => name));
    const used = new Set<string>();
    try {
      for (const block of blocks().filter(({ language }) => RUNNABLE.includes(language))) {
        const env = {
          HOME: dir.path,
          PATH: `${dir.file("bin")}:${Deno.env.get("PATH")}`,
          ANVIL_UPLINK_URL: block.heading === "Restore" ? staging.url : app.url,
          ANVIL_UPLINK_KEY: TEST_KEY,
        };
        // A night later: two backups within a second would have the same name.
        if (block.language === "crontab") {
          for (const { name } of Deno.readDirSync(dir.file("backups"))) Deno.removeSync(dir.file(`backups/${name}`));
        }
        for (const command of commandsOf(block)) {
          const reason = whyNotRun(command, lacking);
          if (reason !== null) used.add(reason);
          await t.step({
            name: reason === null ? command : `${command} (not run: ${reason})`,
            ignore: reason !== null,
            fn: async () => {
              const { code, out, err } = await run("bash", ["-c", command], { env, cwd: dir.path });
              assert.equal(code, 0, `${out}\n${err}`);
            },
          });
        }
      }
      assert.deepEqual(NOT_RUN.filter(([, reason]) => !used.has(reason)), []);
    } finally {
      await app.close();
      await staging.close();
      // `task demo` leaves its file in the checkout.
      for (const { name } of Deno.readDirSync(ROOT)) {
        if (!before.has(name) && name.startsWith("DEMO")) Deno.removeSync(`${ROOT}/${name}`);
      }
    }
  },
});

Deno.test("the README's demo session is what the demo prints", async () => {
  using dir = tempDir();
  const args = ["run", "--quiet", ...PERMISSIONS, `${ROOT}/main.ts`, "demo"];
  const { out, err } = await run(Deno.execPath(), args, { cwd: dir.path });
  const session = blocks().find(({ language }) => language === "text")?.text ?? "";
  const general = (text: string) =>
    text.replaceAll(/(?<=["\n])\/[^"\n]*\//g, "/home/you/").replaceAll(/:\d+\b/g, ":PORT").replaceAll(
      /\d{8}T\d{6}Z/g,
      "TIME",
    )
      .replaceAll(/[\d.]+ s$/gm, "N s").replaceAll(/\d+ kB/g, "N kB").split("\n").filter((line) =>
        // Steps that are shown in passing, as fast as they are.
        !/^Checking /.test(line)
      );
  assert.deepEqual(general(err + out), general(session));
});
