/**
 * The README's commands, run as they stand there, in order and twice, in an empty home directory, against a sample app on
 * this machine. The few that cannot be run are listed with the reason, and so is what a test has to add.
 */
import assert from "node:assert/strict";
import { PERMISSIONS } from "../../../.github/release/permissions.ts";
import { buildArchive } from "../../../lib/archive/making/build_archive.ts";
import { systemClock } from "../../../lib/clock.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { startServer } from "../../../lib/serve/server.ts";
import { runHere } from "../../fixtures/running/program_here.ts";
import { run } from "../../fixtures/running/run.ts";
import { TEST_KEY } from "../../fixtures/running/served_app.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { ROOT } from "../deno.ts";

const README = await Deno.readTextFile(`${ROOT}/README.md`);

/** Commands that are not run, by how they begin, and why. */
const NOT_RUN: readonly (readonly [start: string, reason: string])[] = [
  ["npx -y deno@2.9.6 task test", "runs all tests"],
  [
    "curl -fsSL --proto '=https' https://github.com/",
    "needs a published release; install_test.ts runs install.sh from loopback",
  ],
  ["irm https://github.com/", "needs a published release and PowerShell; release.yml runs install.ps1 on Windows"],
];

/** What is run in place of a command that asks: the same, with the answers. `setup_test.ts` answers at a terminal. */
const ANSWERED: readonly (readonly [command: RegExp, run: (command: string, urls: Urls) => string])[] = [
  [
    /^anvil-sqlite setup$/,
    (command, { shop }) => `ANVIL_UPLINK_KEY=${TEST_KEY} ${command} bookshop --url ${shop} --yes`,
  ],
  [/ --apply\b/, (command) => `${command} --yes`],
];

/** Nothing is ever overwritten: the second time these say so. */
const ONCE = /^anvil-sqlite export /;

interface Urls {
  readonly shop: string;
  readonly staging: string;
}

/** Commands of all blocks of a language that a reader types, in order; without what explains them. */
function commands(): readonly string[] {
  const blocks = [...README.matchAll(/^```(?:sh|powershell)\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  return blocks.flatMap((text) => text.replace(/\\\n\s*/g, "").split("\n")).map((line) => line.replace(/\s+# .*$/, ""))
    .filter((line) => line !== "");
}

/** An empty home with the program installed, in which a staging app was set up, and rules for it. */
async function fillHome(dir: TempDir, { staging }: Urls): Promise<Readonly<Record<string, string>>> {
  await Deno.mkdir(dir.file("bin"));
  const program = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, `${ROOT}/main.ts`].join(" ");
  const shim = (name: string, text: string) =>
    Deno.writeTextFile(dir.file(`bin/${name}`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  await shim("anvil-sqlite", `exec ${program} "$@"`);
  // The very version that the README names, without asking a registry.
  const version = `[ "$1 $2" = "-y deno@${Deno.version.deno}" ] || exit 9`;
  await shim("npx", `${version}; shift 2; cd ${ROOT} && exec ${Deno.execPath()} "$@"`);
  await Deno.writeTextFile(dir.file("rules.yaml"), "customers: {email: fake-email}\n");
  const env = {
    HOME: dir.path,
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    PATH: `${dir.file("bin")}:${Deno.env.get("PATH")}`,
    ...{ XDG_CONFIG_HOME: "", ANVIL_SQLITE_CONFIG: "", ANVIL_UPLINK_KEY: "", ANVIL_UPLINK_URL: "" },
  };
  const flags = ["--url", staging, "--no-schedule", "--yes"];
  const variables = { HOME: dir.path, ANVIL_UPLINK_KEY: TEST_KEY };
  assert.equal((await runHere(["setup", "staging", ...flags], { variables })).code, 0);
  return env;
}

/** A backup of the night before, which the README reads by its day. */
async function yesterday(dir: TempDir): Promise<void> {
  const clock = { ...systemClock, now: () => Date.now() - 86_400_000 };
  const { code, err } = await runHere(["backup", "bookshop", "-q"], { variables: { HOME: dir.path }, clock });
  assert.equal(code, 0, err);
}

/** The command as it is run here; null when it is not. */
function asRun(command: string, urls: Urls): string | null {
  if (NOT_RUN.some(([start]) => command.startsWith(start))) return null;
  return ANSWERED.reduce((text, [pattern, answer]) => pattern.test(command) ? answer(text, urls) : text, command);
}

Deno.test({
  name:
    "every command of the README runs as it stands there, in order and twice, or is in the list of those that cannot",
  ignore: Deno.build.os === "windows",
  fn: async (t) => {
    using dir = tempDir();
    const [full, other] = [dir.file("shop-served"), dir.file("staging-served")];
    await buildArchive(full, sampleApp());
    await buildArchive(other, { ...sampleApp(), rows: new Map(), media: [], provenance: [["app_id", "STAGING"]] });
    const shop = await startServer({ path: full, key: TEST_KEY, writable: true });
    const staging = await startServer({ path: other, key: TEST_KEY, writable: true });
    const urls = { shop: shop.url, staging: staging.url };
    const env = await fillHome(dir, urls);
    const before = new Set([...Deno.readDirSync(ROOT)].map(({ name }) => name));
    const all = commands();
    try {
      for (const round of [1, 2]) {
        for (const command of all) {
          const text = asRun(command, urls);
          await t.step({
            name: `${command} (round ${round}${text === null ? ", not run" : ""})`,
            ignore: text === null,
            fn: async () => {
              const { code, out, err } = await run("bash", ["-c", text ?? ""], { env, cwd: dir.path });
              assert.equal(code, round === 2 && ONCE.test(command) ? 21 : 0, `${out}\n${err}`);
              if (/^anvil-sqlite setup$/.test(command)) await yesterday(dir);
            },
          });
        }
      }
      for (const [start] of NOT_RUN) assert.ok(all.some((command) => command.startsWith(start)), start);
    } finally {
      await shop.close();
      await staging.close();
      // `task demo` leaves its file in the checkout.
      for (const { name } of Deno.readDirSync(ROOT)) {
        if (!before.has(name) && name.startsWith("DEMO")) Deno.removeSync(`${ROOT}/${name}`);
      }
    }
  },
});
