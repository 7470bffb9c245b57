/**
 * The recipes of `.github/RECIPES.md` about keeping backups elsewhere and moving apps, run as they stand there in an empty
 * home, by the programs that they name; one whose program is not installed here is skipped by its name.
 */
import assert from "node:assert/strict";
import { PERMISSIONS } from "../../.github/release/permissions.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { parseYaml } from "../../lib/deps.ts";
import { VERSION } from "../../lib/version.ts";
import { ROOT } from "../architecture/source_tree.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { hasProgram, run } from "../fixtures/running/run.ts";
import { serveApp, TEST_KEY } from "../fixtures/running/served_app.ts";

const RECIPES = (await Deno.readTextFile(new URL(".github/RECIPES.md", ROOT)))
  .split("# Recipes: keeping backups elsewhere, and moving apps")[1] ?? "";

/** Sections by heading, each with its blocks of a language. */
function sections(language: string): ReadonlyMap<string, readonly string[]> {
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return new Map(
    RECIPES.split(/^## /m).slice(1).map((section) => {
      const [heading = ""] = section.split("\n", 1);
      return [heading, [...section.matchAll(block)].map(([, text = ""]) => text)] as const;
    }),
  );
}

/** Programs that a section needs beside this one. */
const NEEDED: readonly (readonly [start: string, program: string])[] = [
  ["A copy on another computer", "rclone"],
  ["Encrypted, with a history", "restic"],
  ["One encrypted file", "age-keygen"],
];

const EMPTY = { ...sampleApp(), rows: new Map(), media: [] };

Deno.test({
  name: "each recipe does what it says",
  ignore: Deno.build.os === "windows",
  fn: async (t) => {
    using dir = tempDir();
    await using shop = await serveApp(sampleApp());
    await using staging = await serveApp({ ...EMPTY, provenance: [["app_id", "STAGING"]] }, { writable: true });
    await using moved = await serveApp({ ...EMPTY, provenance: [["app_id", "MOVED"]] }, { writable: true });
    await Deno.mkdir(dir.file("bin"));
    const main = new URL("main.ts", ROOT).pathname;
    const program = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, main].join(" ");
    await Deno.writeTextFile(dir.file("bin/anvil-sqlite"), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
    await Deno.writeTextFile(dir.file("restic.password"), "sesame");
    const env = {
      HOME: dir.path,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      PATH: `${dir.file("bin")}:${Deno.env.get("PATH")}`,
      ...{ XDG_CONFIG_HOME: "", ANVIL_SQLITE_CONFIG: "", ANVIL_UPLINK_KEY: "", ANVIL_UPLINK_URL: "" },
      RCLONE_CONFIG_ELSEWHERE_TYPE: "alias",
      RCLONE_CONFIG_ELSEWHERE_REMOTE: dir.file("elsewhere"),
      RESTIC_REPOSITORY: dir.file("restic"),
      RESTIC_PASSWORD_FILE: dir.file("restic.password"),
    };
    for (const [name, { server }] of [["bookshop", shop], ["staging", staging], ["moved", moved]] as const) {
      const backup = name === "bookshop" ? "" : "--no-backup";
      const command = `anvil-sqlite setup ${name} --url ${server.url} ${backup} --no-schedule --yes`;
      const { code, err } = await run("bash", ["-c", command], { env: { ...env, ANVIL_UPLINK_KEY: TEST_KEY } });
      assert.equal(code, 0, err);
    }
    let tried = 0;
    for (const [heading, blocks] of sections("sh")) {
      const needed = NEEDED.find(([start]) => heading.startsWith(start))?.[1];
      const isMissing = needed !== undefined && !await hasProgram(needed);
      for (const text of blocks) {
        await t.step({
          name: `${heading}${isMissing ? ` (needs ${needed})` : ""}`,
          ignore: isMissing,
          fn: async () => {
            const { code, out, err } = await run("bash", ["-euo", "pipefail", "-c", text], { env, cwd: dir.path });
            assert.equal(code, 0, `${text}\n${out}\n${err}`);
          },
        });
        tried++;
      }
    }
    assert.ok(tried >= 7, `${tried} blocks`);
    const kept = [...Deno.readDirSync(dir.file("anvil-backups/bookshop"))].filter(({ name }) =>
      name.endsWith(".sqlite") && !name.includes("idmap")
    );
    if (await hasProgram("rclone")) {
      const copied = [...Deno.readDirSync(dir.file("elsewhere/bookshop"))].map(({ name }) => name);
      for (const { name } of kept) assert.ok(copied.includes(name), name);
    }
  },
});

interface Steps {
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Record<string, string> }[];
}

Deno.test("the workflow uses the action of this version, and what it gives on", async () => {
  const [text = ""] = sections("yaml").get("GitHub Actions") ?? [];
  const { jobs, permissions } = parseYaml(text, { schema: "core" }) as {
    readonly jobs: Readonly<Record<string, Steps>>;
    readonly permissions: unknown;
  };
  assert.deepEqual(permissions, { contents: "read" });
  const action = parseYaml(await Deno.readTextFile(new URL(".github/action/action.yml", ROOT)), { schema: "core" }) as {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
  };
  const steps = Object.values(jobs).flatMap(({ steps }) => steps);
  const used = steps.find(({ uses }) => uses?.startsWith("anvil-sqlite/"));
  assert.equal(used?.uses, `anvil-sqlite/anvil-sqlite/.github/action@v${VERSION}`);
  for (const name of Object.keys(used?.with ?? {})) assert.ok(name in action.inputs, name);
  for (const [, name = ""] of text.matchAll(/steps\.backup\.outputs\.(\w+)/g)) assert.ok(name in action.outputs, name);
});

Deno.test({
  name: "the action's script backs up, drills, and gives the file's path on",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    await using shop = await serveApp(sampleApp());
    const action = parseYaml(await Deno.readTextFile(new URL(".github/action/action.yml", ROOT)), {
      schema: "core",
    }) as {
      readonly runs: Steps;
    };
    const script = action.runs.steps.at(-1)?.run ?? "";
    await Deno.mkdir(dir.file(".local/bin"), { recursive: true });
    const main = new URL("main.ts", ROOT).pathname;
    const program = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, main].join(" ");
    await Deno.writeTextFile(dir.file(".local/bin/anvil-sqlite"), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
    const env = {
      HOME: dir.path,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      ANVIL_UPLINK_KEY: TEST_KEY,
      ANVIL_UPLINK_URL: shop.server.url,
      OUTPUT: "app.sqlite",
      GITHUB_OUTPUT: dir.file("outputs"),
    };
    const { code, out, err } = await run("bash", ["-euo", "pipefail", "-c", script], { env, cwd: dir.path });
    assert.equal(code, 0, out + err);
    assert.equal(await Deno.readTextFile(dir.file("outputs")), "path=app.sqlite\n");
  },
});

Deno.test("the Dockerfile installs the release by its own script, and starts the program", () => {
  const [text = ""] = sections("dockerfile").get("In a container") ?? [];
  assert.match(text, /^FROM debian:/);
  assert.match(text, /releases\/latest\/download\/install\.sh \| sh$/m);
  assert.match(text, /^ENTRYPOINT \["anvil-sqlite"\]$/m);
});
