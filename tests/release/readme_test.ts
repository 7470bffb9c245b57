/** What the README names and where it leads. `built/` runs its commands. */
import assert from "node:assert/strict";
import { FFI_PERMISSIONS, PERMISSIONS } from "../../.github/release/permissions.ts";
import { FLAVOURS } from "../../.github/release/targets.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { EXIT_MEANINGS } from "../../lib/cli/model/exit_status.ts";
import { ENVIRONMENT_VARIABLES } from "../../lib/cli/terminal/environment.ts";
import { REPOSITORY, VERSION } from "../../lib/version.ts";
import { ROOT } from "./deno.ts";
import { permissionsOfReadme } from "./readme_line.ts";

const README = await Deno.readTextFile(`${ROOT}/README.md`);

Deno.test("the README names every command, every exit code, the repository and the version", () => {
  for (const { description: { name } } of COMMANDS) {
    assert.match(README, new RegExp(`^\\| \`${name}\` +\\|`, "m"), name);
  }
  for (const code of Object.keys(EXIT_MEANINGS)) assert.match(README, new RegExp(`^\\| ${code} +\\|`, "m"), code);
  const homes = [...README.matchAll(/github(?:usercontent)?\.com\/([\w-]+\/[\w-]+)/g)].map(([, home]) => home);
  assert.deepEqual([...new Set(homes)], [REPOSITORY]);
  const versions = [...README.matchAll(/\/v(\d+\.\d+\.\d+)\//g)].map(([, version]) => version);
  assert.deepEqual([...new Set(versions)], [VERSION]);
});

Deno.test("every relative link of README and .github leads to a file, and every fragment to a heading", async () => {
  const files = ["README.md", ...[...Deno.readDirSync(`${ROOT}/.github`)].map(({ name }) => `.github/${name}`)];
  for (const file of files.filter((name) => name.endsWith(".md"))) {
    const text = await Deno.readTextFile(`${ROOT}/${file}`);
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchor(heading));
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target.startsWith("#")) assert.ok(headings.includes(target.slice(1)), `${file}: ${target}`);
      else if (!/^https?:/.test(target)) await Deno.stat(new URL(target, `file://${ROOT}/${file}`));
    }
  }
});

/** As GitHub makes a fragment of a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");
}

Deno.test("the README's line for deno run allows what a released program may do, no more and no less", async () => {
  assert.deepEqual(await permissionsOfReadme(), PERMISSIONS.filter((one) => one.startsWith("--allow-")));
});

Deno.test("the variables that are read are the same in the source, both programs, the tasks, README and SECURITY", async () => {
  const read = Object.keys(ENVIRONMENT_VARIABLES).filter((name) => name !== "NO_COLOR");
  const listed = (text: string) => /--allow-env=([\w,]+)/.exec(text)?.[1]?.split(",");
  const ownOf = (flavour: readonly string[]) => listed(flavour.join(" "))?.filter((name) => !name.startsWith("DENO_"));
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const security = await Deno.readTextFile(`${ROOT}/.github/SECURITY.md`);
  const [, named = ""] = /environment variables: ([^]*?), and ask/.exec(security.replaceAll("\n", " ")) ?? [];
  assert.deepEqual(ownOf(PERMISSIONS), read);
  assert.deepEqual(ownOf(FFI_PERMISSIONS), read);
  for (const task of ["demo", "start"]) assert.deepEqual(listed(tasks[task].command), read, task);
  assert.deepEqual(listed(README), read);
  assert.deepEqual([...named.matchAll(/`(\w+)`/g)].map(([, name]) => name), read);
});

Deno.test("README and SECURITY say which program to take, what unsigned programs need, and how a private CA is trusted", async () => {
  const security = await Deno.readTextFile(`${ROOT}/.github/SECURITY.md`);
  for (const text of [README, security]) {
    for (const word of ["xattr -d com.apple.quarantine", "SmartScreen", "DENO_CERT", "DENO_TLS_CA_STORE=system"]) {
      assert.ok(text.includes(word), word);
    }
  }
  const [, which = ""] = /\*\*Which one\?\*\*([^]*?)\n\n/.exec(README) ?? [];
  for (const flavour of FLAVOURS) assert.ok(which.includes(`\`${flavour}\``), flavour);
  assert.equal(which.match(/[.](?=\s|$)/g)?.length, 3);
});

Deno.test("the README says what DuckDB and Datasette do today", () => {
  assert.match(README, /DuckDB needs `SET sqlite_all_varchar=true` and casts; a plain file/);
  assert.match(README, /Datasette shows .*\n?.*`_anvil_media`/);
});
