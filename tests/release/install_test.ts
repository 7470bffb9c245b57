/** install.sh against a loopback server, with good files and with everything that can be wrong; install.ps1 as text. */
import assert from "node:assert/strict";
import { HOME_PAGE, REPOSITORY } from "../../lib/version.ts";
import { type Ended, run } from "../fixtures/running/run.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { ROOT } from "./deno.ts";
import { type FileServer, serveFiles, serveRedirects } from "./file_server.ts";

const SCRIPT = `${ROOT}/.github/install.sh`;
const NAME = `anvil-sqlite-${Deno.build.arch}-${Deno.build.os === "darwin" ? "macos" : "linux"}`;
const POSIX = Deno.build.os !== "windows";

/** A release of this system, whose program is a script. */
async function release(dir: TempDir, program = "anvil-sqlite"): Promise<Map<string, Uint8Array | string>> {
  const name = NAME.replace("anvil-sqlite", program);
  await Deno.mkdir(dir.file(name));
  await Deno.writeTextFile(dir.file(`${name}/${program}`), "#!/bin/sh\necho it runs\n");
  const { code, err } = await run("tar", ["-czf", dir.file("a.tar.gz"), "-C", dir.path, name]);
  assert.equal(code, 0, err);
  const archive = await Deno.readFile(dir.file("a.tar.gz"));
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", archive)).toHex();
  return new Map<string, Uint8Array | string>([
    [`/${name}.tar.gz`, archive],
    ["/SHA256SUMS", `${"0".repeat(64)}  other-${name}.tar.gz\n${sum}  ${name}.tar.gz\n`],
  ]);
}

function serve(files: ReadonlyMap<string, Uint8Array | string>): FileServer {
  return serveFiles((path) => {
    const found = files.get(path);
    return found === undefined ? Promise.reject(new Error("none")) : Promise.resolve(found);
  });
}

function install(dir: TempDir, base: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const variables = { HOME: dir.file("home"), TMPDIR: dir.path, ANVIL_SQLITE_BASE_URL: base, ...env };
  return run("sh", [SCRIPT], { env: variables });
}

function posixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !POSIX, fn });
}

posixTest("install.sh downloads, checks and installs for this user, and says what to do next", async () => {
  using dir = tempDir();
  await using server = serve(await release(dir));
  const { code, out, err } = await install(dir, server.url);
  assert.equal(code, 0, err);
  const folder = dir.file("home/.local/bin");
  assert.equal(out, `Installed ${folder}/anvil-sqlite\nPut ${folder} into your PATH, then try: anvil-sqlite demo\n`);
  assert.equal((await run(`${folder}/anvil-sqlite`, [])).out, "it runs\n");
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["anvil-sqlite"]);
  assert.deepEqual(dir.names().filter((name) => name.startsWith("tmp")), []);
});

/** Fills `tools` with every tool that install.sh needs, but curl. */
async function linkTools(dir: TempDir): Promise<void> {
  await Deno.mkdir(dir.file("tools"));
  const tools = [
    "wget",
    "uname",
    "ldd",
    "mktemp",
    "awk",
    "cut",
    "tar",
    "gzip",
    "mkdir",
    "cp",
    "chmod",
    "mv",
    "rm",
    "grep",
  ];
  for (const tool of [...tools, "sh", "sha256sum", "shasum", "perl"]) {
    const { out } = await run("sh", ["-c", `command -v ${tool} || true`]);
    if (out.startsWith("/")) await Deno.symlink(out.trim(), dir.file(`tools/${tool}`));
  }
}

posixTest("install.sh works with wget where there is no curl, and takes the folder that it is given", async () => {
  using dir = tempDir();
  await using server = serve(await release(dir));
  await linkTools(dir);
  if (!await Deno.stat(dir.file("tools/wget")).then(() => true, () => false)) return;
  const env = { PATH: dir.file("tools"), ANVIL_SQLITE_BIN_DIR: dir.file("bin") };
  const { code, err } = await install(dir, server.url, env);
  assert.equal(code, 0, err);
  assert.equal((await run(dir.file("bin/anvil-sqlite"), [])).out, "it runs\n");
});

posixTest("install.sh replaces an older program, and leaves it when the new file was tampered with", async () => {
  using dir = tempDir();
  const files = await release(dir);
  await using server = serve(files);
  await Deno.mkdir(dir.file("home/.local/bin"), { recursive: true });
  const installed = dir.file("home/.local/bin/anvil-sqlite");
  await Deno.writeTextFile(installed, "#!/bin/sh\necho the older one\n", { mode: 0o755 });

  const good = files.get(`/${NAME}.tar.gz`);
  assert.ok(good instanceof Uint8Array);
  files.set(`/${NAME}.tar.gz`, good.with(good.length - 9, (good.at(-9) ?? 0) ^ 1));
  const { code, out, err } = await install(dir, server.url);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(
    err,
    /^install\.sh: anvil-sqlite-\S+ is not the released file \(SHA-256 \w{64}, expected \w{64}\): noth/,
  );
  assert.equal((await run(installed, [])).out, "the older one\n");

  files.set(`/${NAME}.tar.gz`, good);
  assert.equal((await install(dir, server.url)).code, 0);
  assert.equal((await run(installed, [])).out, "it runs\n");
});

posixTest("install.sh installs nothing when the sums lack the file, or a file is missing", async () => {
  using dir = tempDir();
  const files = await release(dir);
  await using server = serve(files);
  files.set("/SHA256SUMS", `${"0".repeat(64)}  other-${NAME}.tar.gz\n`);
  const unnamed = await install(dir, server.url);
  assert.deepEqual([unnamed.code, unnamed.out], [1, ""]);
  assert.equal(unnamed.err, `install.sh: SHA256SUMS does not name ${NAME}.tar.gz: nothing was installed\n`);
  files.delete(`/${NAME}.tar.gz`);
  const missing = await install(dir, server.url);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /install\.sh: Cannot download http:\S+\.tar\.gz\n$/);
  assert.ok(!dir.names().includes("home"));
});

/** Places that only look like this machine, or like https. */
const ELSEWHERE = [
  "http://example.com",
  "ftp://127.0.0.1:80",
  "http://127.0.0.1.example.com:80",
  "http://127.0.0.1:x@other.example",
  "http://127.0.0.1:80@other.example",
  "http://localhost:80@other.example/",
  "http://localhost@other.example:80",
  "http://[::1]:80@other.example",
  "http://127.0.0.1:80\\@other.example",
  "http://127.0.0.1:80#@other.example:80@third.example",
  "http://127.0.0.1:8{0,1}",
  "http://127.0.0.1",
  "https://user:hunter2@example.com",
  "https://",
  "//127.0.0.1:80",
  "127.0.0.1:80",
];

posixTest("install.sh takes plain http from this machine only, and no URL with a user part", async () => {
  using dir = tempDir();
  await Deno.mkdir(dir.file("bin"));
  // Whatever would be asked for is written down, and nothing is asked.
  await Deno.writeTextFile(dir.file("bin/curl"), `#!/bin/sh\necho "$@" >> ${dir.file("asked")}\nexit 7\n`, {
    mode: 0o755,
  });
  const env = { PATH: `${dir.file("bin")}:${Deno.env.get("PATH")}` };
  for (const base of ELSEWHERE) {
    const { code, err } = await install(dir, base, env);
    const message = "ANVIL_SQLITE_BASE_URL must be https, or http on this machine, without a user part";
    if (base.includes("#")) assert.notEqual(code, 0);
    else assert.deepEqual([code, err], [1, `install.sh: ${message}\n`], base);
  }
  const asked = await Deno.readTextFile(dir.file("asked")).catch(() => "");
  assert.ok(asked.split("\n").every((line) => line === "" || / http:\/\/127\.0\.0\.1:80#/.test(line)), asked);
  for (const base of ["http://127.0.0.1:80", "http://localhost:80", "http://[::1]:80/a", "https://example.com/a@b"]) {
    await install(dir, base, env);
    assert.ok((await Deno.readTextFile(dir.file("asked"))).includes(` ${base}/SHA256SUMS`), base);
  }
});

posixTest("install.sh tells curl to stay with https, and where it may be led to", async () => {
  using dir = tempDir();
  await Deno.mkdir(dir.file("bin"));
  await Deno.writeTextFile(dir.file("bin/curl"), `#!/bin/sh\necho "$@" >> ${dir.file("asked")}\nexit 7\n`, {
    mode: 0o755,
  });
  const env = { PATH: `${dir.file("bin")}:${Deno.env.get("PATH")}` };
  for (const [base, scheme] of [["https://example.com", "https"], ["http://127.0.0.1:80", "http"]] as const) {
    await install(dir, base, env);
    const line = (await Deno.readTextFile(dir.file("asked"))).trimEnd().split("\n").at(-1) ?? "";
    assert.ok(line.includes(` --proto =${scheme} --proto-redir =https `), line);
  }
});

posixTest("install.sh is not led from this machine to a place without https, by curl or by wget", async () => {
  using dir = tempDir();
  const files = await release(dir);
  await using elsewhere = serve(files);
  await using server = serveRedirects(elsewhere.url);
  const { code, out, err } = await install(dir, server.url);
  assert.deepEqual([code, out], [1, ""], err);
  await linkTools(dir);
  if (!await Deno.stat(dir.file("tools/wget")).then(() => true, () => false)) return;
  const byWget = await install(dir, server.url, { PATH: dir.file("tools") });
  assert.deepEqual([byWget.code, byWget.out], [1, ""]);
  assert.match(byWget.err, /it leads to a place without https\n$/);
  assert.ok(!dir.names().includes("home"));
});

posixTest("install.sh installs the other flavour when asked, beside the first", async () => {
  using dir = tempDir();
  await using server = serve(await release(dir, "anvil-sqlite-ffi"));
  const { code, out, err } = await install(dir, server.url, { ANVIL_SQLITE_FLAVOUR: "ffi" });
  assert.equal(code, 0, err);
  assert.match(out, /^Installed .*\/anvil-sqlite-ffi\n.*then try: anvil-sqlite-ffi demo\n$/);
  assert.equal((await run(dir.file("home/.local/bin/anvil-sqlite-ffi"), [])).out, "it runs\n");
  const wrong = await install(dir, server.url, { ANVIL_SQLITE_FLAVOUR: "fast" });
  assert.deepEqual([wrong.code, wrong.err], [1, "install.sh: ANVIL_SQLITE_FLAVOUR must be ffi, or not set\n"]);
});

Deno.test("install.sh and install.ps1 download from the one repository that the program names", async () => {
  for (const name of ["install.sh", "install.ps1"]) {
    const text = await Deno.readTextFile(`${ROOT}/.github/${name}`);
    assert.equal(text.split(REPOSITORY).length, 2, name);
    assert.ok(text.includes("https://github.com/$repository/releases"), name);
  }
  assert.equal(HOME_PAGE, `https://github.com/${REPOSITORY}`);
});

Deno.test("install.ps1 checks before it unpacks, and throws when a sum is missing or differs", async () => {
  const text = await Deno.readTextFile(`${ROOT}/.github/install.ps1`);
  const order = [
    "if (-not (Test-SafeUrl $base)) {\n    throw",
    'Save-File "$base/SHA256SUMS"',
    "if (-not $expected) { throw",
    "Get-FileHash -Algorithm SHA256",
    "if ($actual -ne $expected) {\n      throw",
    "Expand-Archive",
    "Copy-Item",
  ].map((part) => text.indexOf(part));
  assert.ok(order.every((place) => place > 0), String(order));
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  for (const [open, close] of ["()", "{}", "[]"].map((pair) => [...pair])) {
    assert.equal(text.split(open ?? "").length, text.split(close ?? "").length);
  }
});

Deno.test("install.ps1 looks at the parsed host and user part of a URL, and at each place that it is led to", async () => {
  const text = await Deno.readTextFile(`${ROOT}/.github/install.ps1`);
  assert.match(text, /\[Uri\]::TryCreate\(\$Url, .*\n.*\$parsed\.UserInfo -ne '' *\) \{ return \$false \}/);
  assert.match(text, /@\('127\.0\.0\.1', 'localhost', '\[::1\]'\) -contains \$parsed\.Host/);
  assert.match(text, /AllowAutoRedirect = \$false/);
  assert.match(text, /\$next\.Scheme -ne 'https'\) \{ throw/);
  assert.doesNotMatch(text, /Invoke-WebRequest -|-match '\^\(?https?/);
});

Deno.test("install.ps1 has nothing that only PowerShell 7 knows, and no letter that 5.1 would misread", async () => {
  const text = await Deno.readTextFile(`${ROOT}/.github/install.ps1`);
  // Without a byte order mark, 5.1 takes a script for the system's code page.
  // deno-lint-ignore no-control-regex
  assert.match(text, /^[\x00-\x7f]*$/);
  const code = text.replace(/^\s*#.*$/gm, "").replace(/'[^']*'/g, "''");
  for (
    const only7 of [
      /\?\?/,
      /\?\./,
      /&&/,
      /\|\|/,
      /\s\?\s/,
      /-AsByteStream/,
      /-Parallel/,
      /ConvertFrom-Json.*-AsHashtable/,
      /clean \{/,
    ]
  ) {
    assert.doesNotMatch(code, only7);
  }
});
