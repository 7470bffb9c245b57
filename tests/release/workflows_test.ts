/** The workflows and shell scripts: what no schema says of them. (`.ci/run` checks them against GitHub's schema.) */
import assert from "node:assert/strict";
import { FLAVOURS, TARGETS } from "../../.github/release/targets.ts";
import { parseYaml } from "../../lib/deps.ts";
import { hasProgram, run } from "../fixtures/running/run.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { ROOT } from "./deno.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
}

interface Job {
  /** Another workflow, in place of steps. */
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly strategy?: { readonly matrix: { readonly include?: unknown; readonly shell?: readonly string[] } };
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const NAMES = [...Deno.readDirSync(`${ROOT}/.github/workflows`)].map(({ name }) => name).sort();

/** Scripts of a workflow that bash runs, by job and place. */
function scriptsOf({ jobs }: Workflow): readonly (readonly [label: string, script: string])[] {
  return Object.entries(jobs).flatMap(([job, { steps = [], strategy }]) => {
    const isPowerShell = (shell: string | undefined) => ["pwsh", "powershell"].includes(shell ?? "");
    if (strategy?.matrix.shell?.every(isPowerShell)) return [];
    return steps.flatMap(({ run: script, shell }, i): [string, string][] =>
      script === undefined || isPowerShell(shell) ? [] : [[`${job}-${i}`, script]]
    );
  });
}

/** A job, and all that it waits for. */
function waitsFor(jobs: Workflow["jobs"], name: string): readonly string[] {
  const needs = [jobs[name]?.needs ?? []].flat();
  return [...new Set([...needs, ...needs.flatMap((one) => waitsFor(jobs, one))])];
}

async function workflow(name: string): Promise<Workflow> {
  return parseYaml(await Deno.readTextFile(`${ROOT}/.github/workflows/${name}`), { schema: "core" }) as Workflow;
}

for (const name of NAMES) {
  Deno.test(`${name} pins every action by commit, with its version beside it, and reads only by default`, async () => {
    const text = await Deno.readTextFile(`${ROOT}/.github/workflows/${name}`);
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, value = ""]) => value)
      .filter((value) => value !== "./.github/workflows/ci.yml");
    assert.ok(uses.length > 0);
    for (const value of uses) assert.match(value, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    assert.deepEqual((await workflow(name)).permissions, { contents: "read" });
  });

  Deno.test({
    name: `${name}: every shell script in it passes shellcheck (skipped where it is not installed)`,
    ignore: !await hasProgram("shellcheck"),
    fn: async () => {
      using dir = tempDir();
      const scripts = scriptsOf(await workflow(name));
      assert.ok(scripts.length > 0);
      for (const [label, script] of scripts) {
        const path = dir.file(`${label}.sh`);
        // GitHub puts a value in place of each expression before bash sees the script.
        await Deno.writeTextFile(path, `${script.replace(/\$\{\{.*?\}\}/g, "VALUE")}\n`);
        const { code, out } = await run("shellcheck", ["--shell=bash", path]);
        assert.equal(code, 0, out);
      }
    },
  });

  Deno.test(`${name} puts no expression into a script, where it could be run`, async () => {
    const { jobs } = await workflow(name);
    for (const { steps = [] } of Object.values(jobs)) {
      for (const { run: script } of steps) assert.doesNotMatch(script ?? "", /\$\{\{/);
    }
  });
}

const RELEASE_SCRIPTS = [".github/release/publish.sh", ".github/release/update_tap.sh"];

Deno.test({
  name: "every shell script of the project passes shellcheck (skipped where it is not installed)",
  ignore: !await hasProgram("shellcheck"),
  fn: async () => {
    for (const path of [".ci/run", ".github/install.sh", ...RELEASE_SCRIPTS]) {
      const { code, out } = await run("shellcheck", [`${ROOT}/${path}`]);
      assert.equal(code, 0, out);
    }
  },
});

Deno.test("release.yml builds and tries both flavours on each target's own system, and publishes only on a tag", async () => {
  const { jobs } = await workflow("release.yml");
  const { build, libraries, publish } = jobs;
  assert.deepEqual(
    build?.strategy?.matrix.include,
    TARGETS.map(({ name, runner, os }) => ({ target: name, runner, ending: os === "windows" ? ".exe" : "" })),
  );
  const lines = (build?.steps ?? []).map((step) => step.run ?? "");
  const tried = lines.findIndex((line) => line.includes("smoke.ts --released"));
  for (const task of ["deno task compile:published", "deno task compile:ffi"]) {
    assert.ok(lines.includes(task) && lines.indexOf(task) < tried, task);
  }
  for (const flavour of FLAVOURS) assert.match(lines[tried] ?? "", new RegExp(`\\b${flavour}(?![\\w-])`));
  assert.ok(libraries?.steps?.some(({ run }) => run === "deno task libraries"));
  assert.deepEqual(waitsFor(jobs, "pack"), ["build", "libraries"]);
  assert.equal(publish?.if, "github.event_name == 'push'");
  assert.ok(publish?.steps?.some(({ uses }) => uses?.startsWith("actions/attest-build-provenance@")));
});

Deno.test("a tag publishes nothing until the CI jobs of the same commit have passed", async () => {
  const [ci, { jobs }] = [await workflow("ci.yml"), await workflow("release.yml")];
  assert.equal(jobs["ci"]?.uses, "./.github/workflows/ci.yml");
  assert.ok("workflow_call" in ci.on);
  const publishing = Object.entries(jobs).filter(([, { steps = [] }]) =>
    steps.some(({ run = "" }) => /publish\.sh|update_tap\.sh|gh (release|api)/.test(run))
  ).map(([name]) => name);
  assert.deepEqual(publishing, ["publish", "tap"]);
  for (const name of publishing) {
    for (const before of ["ci", "build", "pack", "install-on-windows"]) {
      assert.ok(waitsFor(jobs, name).includes(before), `${name} does not wait for ${before}`);
    }
  }
});

Deno.test("Homebrew's tap is a job of its own, which prereleases do not reach", async () => {
  const { publish, tap } = (await workflow("release.yml")).jobs;
  assert.equal(tap?.needs, "publish");
  assert.match(tap?.if ?? "", /!contains\(github\.ref_name, '-'\)$/);
  assert.ok(!publish?.steps?.some(({ run = "" }) => /TAP|update_tap/.test(run)));
});

Deno.test("CI runs the owner's engine on the library that is released, without the long tests", async () => {
  const steps = (await workflow("ci.yml")).jobs["without-redirect"]?.steps ?? [];
  const lines = steps.map(({ run = "" }) => run);
  const tests = lines.findIndex((line) => line.startsWith("deno test --no-config"));
  assert.match(lines[tests] ?? "", /--ignore=\S*\btests\/soak\b/);
  assert.ok(lines.indexOf("deno task libraries x86_64-linux") < tests);
  assert.ok(lines.some((line) => line.includes("smoke.ts --released")));
});

Deno.test(".ci/run runs the tests of files once more on what stands in for the owner's packages", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const { command } = tasks["test:engine"];
  assert.match(command, /--import-map tests\/engines\/import_map\.json/);
  for (const folder of ["archive", "backup", "e2e", "property", "restore", "verify"]) {
    assert.match(command, new RegExp(` tests/${folder}( |$)`));
  }
  assert.match(await Deno.readTextFile(`${ROOT}/.ci/run`), /^suite .* task test:engine$/m);
});

Deno.test("the installer of Windows is tried in PowerShell and in Windows PowerShell", async () => {
  const job = (await workflow("release.yml")).jobs["install-on-windows"];
  assert.deepEqual(job?.strategy?.matrix.shell, ["pwsh", "powershell"]);
});

Deno.test({
  name: "the systemd units are valid (skipped where systemd-analyze is not installed)",
  ignore: !await hasProgram("systemd-analyze"),
  fn: async () => {
    using dir = tempDir();
    const program = dir.file("anvil-sqlite");
    await Deno.writeTextFile(program, "#!/bin/sh\n", { mode: 0o755 });
    for (const kind of ["service", "timer"]) {
      const text = await Deno.readTextFile(`${ROOT}/.github/systemd/anvil-sqlite.${kind}`);
      await Deno.writeTextFile(dir.file(`anvil-sqlite.${kind}`), text.replace("/usr/local/bin/anvil-sqlite", program));
    }
    const units = ["service", "timer"].map((kind) => dir.file(`anvil-sqlite.${kind}`));
    const { code, out, err } = await run("systemd-analyze", ["verify", "--man=no", ...units]);
    assert.deepEqual([code, out + err], [0, ""]);
  },
});
