/** The workflows and shell scripts: what no schema says of them. (`.ci/run` checks them against GitHub's schema.) */
import assert from "node:assert/strict";
import { programName, TARGETS } from "../../.github/release/targets.ts";
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

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, {
      readonly "runs-on": string;
      readonly steps: readonly Step[];
      readonly needs?: string | readonly string[];
      readonly if?: string;
      readonly strategy?: { readonly matrix: { readonly include?: unknown } };
    }>
  >;
}

const NAMES = [...Deno.readDirSync(`${ROOT}/.github/workflows`)].map(({ name }) => name).sort();

async function workflow(name: string): Promise<Workflow> {
  return parseYaml(await Deno.readTextFile(`${ROOT}/.github/workflows/${name}`), { schema: "core" }) as Workflow;
}

for (const name of NAMES) {
  Deno.test(`${name} pins every action by commit, with its version beside it, and reads only by default`, async () => {
    const text = await Deno.readTextFile(`${ROOT}/.github/workflows/${name}`);
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, value = ""]) => value);
    assert.ok(uses.length > 0);
    for (const value of uses) assert.match(value, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    assert.deepEqual((await workflow(name)).permissions, { contents: "read" });
  });

  Deno.test({
    name: `${name}: every shell script in it passes shellcheck (skipped where it is not installed)`,
    ignore: !await hasProgram("shellcheck"),
    fn: async () => {
      using dir = tempDir();
      const { jobs } = await workflow(name);
      const scripts = Object.entries(jobs).flatMap(([job, { steps }]) =>
        steps.flatMap((step, i) => step.run === undefined || step.shell === "pwsh" ? [] : [[`${job}-${i}`, step.run]])
      );
      assert.ok(scripts.length > 0);
      for (const [label = "", script = ""] of scripts) {
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
    for (const { steps } of Object.values(jobs)) {
      for (const { run: script } of steps) assert.doesNotMatch(script ?? "", /\$\{\{/);
    }
  });
}

Deno.test({
  name: "every shell script of the project passes shellcheck (skipped where it is not installed)",
  ignore: !await hasProgram("shellcheck"),
  fn: async () => {
    for (const path of [".ci/run", ".github/install.sh"]) {
      const { code, out } = await run("shellcheck", [`${ROOT}/${path}`]);
      assert.equal(code, 0, out);
    }
  },
});

Deno.test("release.yml builds and tries each target on its own system, and publishes only on a tag", async () => {
  const { jobs } = await workflow("release.yml");
  const { build, pack, publish } = jobs;
  assert.deepEqual(
    build?.strategy?.matrix.include,
    TARGETS.map((target) => ({ target: target.name, runner: target.runner, program: programName(target) })),
  );
  const lines = build?.steps.map((step) => step.run ?? "") ?? [];
  assert.ok(lines.indexOf("deno task compile") < lines.findIndex((line) => line.includes("smoke.ts")));
  assert.equal(pack?.needs, "build");
  assert.ok(publish?.needs?.includes("pack"));
  assert.equal(publish?.if, "github.event_name == 'push'");
  assert.ok(publish?.steps.some(({ uses }) => uses?.startsWith("actions/attest-build-provenance@")));
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
