/** What README and guide name and where they lead. `built/` runs the commands of the README. */
import assert from "node:assert/strict";
import { FFI_PERMISSIONS, PERMISSIONS } from "../../.github/release/permissions.ts";
import { FLAVOURS } from "../../.github/release/targets.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { EXIT_MEANINGS } from "../../lib/cli/model/exit_status.ts";
import { ENVIRONMENT_VARIABLES } from "../../lib/cli/terminal/environment.ts";
import { REPOSITORY, VERSION } from "../../lib/version.ts";
import { ROOT } from "./deno.ts";
import { permissionsOfGuide } from "./readme_line.ts";

const README = await Deno.readTextFile(`${ROOT}/README.md`);
const GUIDE = await Deno.readTextFile(`${ROOT}/.github/GUIDE.md`);

Deno.test("the guide names every command and every exit code; README and guide the repository, the guide the version", () => {
  for (const { description: { name } } of COMMANDS) {
    assert.match(GUIDE, new RegExp(`^\\| \`${name}\` +\\|`, "m"), name);
  }
  for (const code of Object.keys(EXIT_MEANINGS)) assert.match(GUIDE, new RegExp(`^\\| ${code} +\\|`, "m"), code);
  const homes = [...(README + GUIDE).matchAll(/github(?:usercontent)?\.com\/([\w-]+\/[\w-]+)/g)].map(([, home]) =>
    home
  );
  assert.deepEqual([...new Set(homes)], [REPOSITORY]);
  const versions = [...GUIDE.matchAll(/\/v(\d+\.\d+\.\d+)\//g)].map(([, version]) => version);
  assert.deepEqual([...new Set(versions)], [VERSION]);
});

Deno.test("the README has at most 1,000 words beside its blocks, and near its top what a fresh clone needs", () => {
  const prose = README.replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/<!--[^]*?-->/g, "");
  const words = prose.split(/\s+/).filter((word) => /\w/.test(word));
  assert.ok(words.length <= 1_000, `${words.length} words`);
  const top = README.split("\n").slice(0, 20).join("\n");
  assert.match(top, /^npx -y deno@2\.9\.6 task demo\nnpx -y deno@2\.9\.6 task test$/m);
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

Deno.test("the guide's line for deno run allows what a released program may do, no more and no less", async () => {
  assert.deepEqual(await permissionsOfGuide(), PERMISSIONS.filter((one) => one.startsWith("--allow-")));
});

Deno.test("the variables that are read are the same in the source, both programs, the tasks, the guide and SECURITY", async () => {
  const read = Object.keys(ENVIRONMENT_VARIABLES).filter((name) => name !== "NO_COLOR");
  const listed = (text: string) => /--allow-env=([\w,]+)/.exec(text)?.[1]?.split(",");
  const ownOf = (flavour: readonly string[]) => listed(flavour.join(" "))?.filter((name) => !name.startsWith("DENO_"));
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const security = await Deno.readTextFile(`${ROOT}/.github/SECURITY.md`);
  const [, named = ""] = /environment variables: ([^]*?), and ask/.exec(security.replaceAll("\n", " ")) ?? [];
  assert.deepEqual(ownOf(PERMISSIONS), read);
  assert.deepEqual(ownOf(FFI_PERMISSIONS), read);
  for (const task of ["demo", "start"]) assert.deepEqual(listed(tasks[task].command), read, task);
  assert.deepEqual(listed(GUIDE), read);
  assert.deepEqual([...named.matchAll(/`(\w+)`/g)].map(([, name]) => name), read);
});

Deno.test("the guide and SECURITY say which program to take, what unsigned programs need, and how a private CA is trusted", async () => {
  const security = await Deno.readTextFile(`${ROOT}/.github/SECURITY.md`);
  for (const text of [GUIDE, security]) {
    for (const word of ["xattr -d com.apple.quarantine", "SmartScreen", "DENO_CERT", "DENO_TLS_CA_STORE=system"]) {
      assert.ok(text.includes(word), word);
    }
  }
  const [, which = ""] = /\*\*Which one\?\*\*([^]*?)\n\n/.exec(GUIDE) ?? [];
  for (const flavour of FLAVOURS) assert.ok(which.includes(`\`${flavour}\``), flavour);
  assert.equal(which.match(/[.](?=\s|$)/g)?.length, 3);
});

Deno.test("the guide says what DuckDB and Datasette do today", () => {
  assert.match(GUIDE, /DuckDB needs\s+`SET sqlite_all_varchar=true` and casts; a\s+plain file/);
  assert.match(GUIDE, /Datasette\s+shows .*\n?.*`_anvil_media`/);
});
