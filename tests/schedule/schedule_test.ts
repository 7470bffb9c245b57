/** Schedules of four systems, each held against what that system, or a table of its own, says of such files. */
import assert from "node:assert/strict";
import type { NightlyJob, Scheduler } from "../../lib/schedule/nightly_job.ts";
import { planSchedule, type SchedulePlan } from "../../lib/schedule/plan_schedule.ts";
import { writeSchedule } from "../../lib/schedule/write_schedule.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { hasProgram } from "../fixtures/running/run.ts";

/** A path that every system has to quote. */
const ODD = `/opt/my "$HOME" 100% it's\\here`;
const JOB: NightlyJob = { app: "shop", program: ["/usr/bin/env", "true"], hour: 2, minute: 7, config: null };

function plan(scheduler: Scheduler, job: Partial<NightlyJob> = {}, folder = "/home/ann"): SchedulePlan {
  const places = { home: folder, settings: `${folder}/.config`, config: `${folder}/.config/anvil-sqlite` };
  return planSchedule(scheduler, { ...JOB, ...job }, places);
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args], env, stdin: "null" }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const HAS_SYSTEMD = Deno.build.os === "linux" && await hasProgram("systemd-analyze");
const HAS_PYTHON = Deno.build.os !== "windows" && await hasProgram("python3");
const HAS_CRON = Deno.build.os === "linux" && await hasProgram("crontab");
const HAS_SHELL = Deno.build.os !== "windows";

Deno.test({
  name: "systemd's own check takes the units, the timer and the one for failures (skipped where it is not installed)",
  ignore: !HAS_SYSTEMD,
  fn: async () => {
    using dir = tempDir();
    for (const job of [{}, { config: ODD }]) {
      const units = plan("systemd", job, dir.path);
      await writeSchedule(units);
      const paths = units.files.map(({ path }) => path);
      assert.deepEqual(paths.map((path) => path.slice(path.lastIndexOf("/") + 1)), [
        "anvil-sqlite-shop.service",
        "anvil-sqlite-shop.timer",
        "anvil-sqlite-shop-failed.service",
      ]);
      const { code, text } = await run("systemd-analyze", ["--user", "verify", "--man=no", ...paths], {
        XDG_RUNTIME_DIR: dir.path,
        SYSTEMD_UNIT_PATH: `${dir.path}/.config/systemd/user:`,
      });
      assert.deepEqual([code, text], [0, ""]);
    }
  },
});

Deno.test("systemd: a night that was missed is caught up, and a failure starts a unit that is there", () => {
  const [service, timer, failed] = plan("systemd").files;
  assert.match(timer?.text ?? "", /^OnCalendar=\*-\*-\* 02:07:00$/m);
  assert.match(timer?.text ?? "", /^Persistent=true$/m);
  const [, named = ""] = /^OnFailure=(.*)$/m.exec(service?.text ?? "") ?? [];
  assert.ok(failed?.path.endsWith(`/${named}`));
  assert.match(service?.text ?? "", /^ExecStart=\/usr\/bin\/env true backup shop --if-older 20h$/m);
  assert.match(failed?.text ?? "", /^ExecStart=\/usr\/bin\/env true backup shop --tell-failure$/m);
});

Deno.test("systemd: whatever a path holds, it is quoted as systemd reads it", () => {
  const [service] = plan("systemd", { program: [ODD], config: ODD }).files;
  assert.ok(service?.text.includes(`ExecStart="/opt/my \\"$$HOME\\" 100%% it's\\\\here" backup shop`), service?.text);
  assert.ok(service?.text.includes(`Environment="ANVIL_SQLITE_CONFIG=/opt/my \\"$HOME\\" 100%% it's\\\\here"`));
});

Deno.test({
  name: "cron's own check takes the lines (skipped where it is not installed)",
  ignore: !HAS_CRON,
  fn: async () => {
    using dir = tempDir();
    const lines = plan("cron", { program: [ODD], config: ODD }, dir.path);
    await writeSchedule(lines);
    const { code, text } = await run("crontab", ["-n", lines.files[0]?.path ?? ""]);
    assert.equal(code, 0, text);
  },
});

/** The commands of a crontab as cron hands them to a shell. */
function commandsOf({ files }: SchedulePlan): readonly string[] {
  return (files[0]?.text ?? "").trimEnd().split("\n").map((line) =>
    line.replace(/^(?:@reboot|\S+ \S+ \S+ \S+ \S+) /, "").replaceAll("\\%", "%")
  );
}

Deno.test("cron: every night, and after a start for a night that was missed", () => {
  const text = plan("cron").files[0]?.text ?? "";
  assert.match(
    text,
    /^7 2 \* \* \* \/usr\/bin\/env true backup shop --if-older 20h --quiet > \/dev\/null # anvil-sqlite shop$/m,
  );
  assert.match(text, /^@reboot sleep \d+; \/usr\/bin\/env true backup shop --if-older 20h/m);
});

Deno.test({
  name: "cron: the shell starts the program with the words and the folder that were meant, whatever they hold",
  ignore: !HAS_SHELL,
  fn: async () => {
    using dir = tempDir();
    const program = dir.file(`it's 100% "mine" $HOME`);
    await Deno.writeTextFile(program, `#!/bin/sh\necho "$ANVIL_SQLITE_CONFIG" "$@" >&2\n`, { mode: 0o755 });
    const [nightly = ""] = commandsOf(plan("cron", { program: [program], config: ODD }));
    const { text } = await run("sh", ["-c", nightly]);
    assert.equal(text, `${ODD} backup shop --if-older 20h --quiet\n`);
  },
});

Deno.test({
  name: "cron: switched on twice, a schedule is there once, and other lines stay; switched off, it is gone",
  ignore: !HAS_SHELL,
  fn: async () => {
    using dir = tempDir();
    // A crontab of its own: the command that the user types is run as it is.
    const table = dir.file("table");
    const fake =
      `#!/bin/sh\nif [ "$1" = -l ]; then cat '${table}'; else cat > '${table}.new'; mv '${table}.new' '${table}'; fi\n`;
    await Deno.writeTextFile(dir.file("crontab"), fake, { mode: 0o755 });
    await Deno.writeTextFile(table, "1 1 * * * mine\n");
    const lines = plan("cron", {}, dir.path);
    await writeSchedule(lines);
    const env = { PATH: `${dir.path}:${Deno.env.get("PATH")}` };
    const on = lines.on[0]?.command ?? "";
    for (const _ of [1, 2]) assert.equal((await run("sh", ["-c", on], env)).text, "");
    assert.equal(await Deno.readTextFile(table), `1 1 * * * mine\n${lines.files[0]?.text}`);
    await run("sh", ["-c", lines.off], env);
    assert.equal(await Deno.readTextFile(table), "1 1 * * * mine\n");
  },
});

Deno.test({
  name: "launchd: Python's plistlib reads the agent, and it says what is meant (skipped where Python is not installed)",
  ignore: !HAS_PYTHON,
  fn: async () => {
    using dir = tempDir();
    const agent = plan("launchd", { program: [ODD], config: `${ODD}<&>` }, dir.path);
    await writeSchedule(agent);
    const path = agent.files[0]?.path ?? "";
    assert.ok(path.endsWith("/Library/LaunchAgents/io.github.anvil-sqlite.shop.plist"));
    const read = "import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],'rb'))))";
    const { code, text } = await run("python3", ["-c", read, path]);
    assert.equal(code, 0, text);
    const { StandardErrorPath, StandardOutPath, ...rest } = JSON.parse(text);
    assert.equal(StandardErrorPath, StandardOutPath);
    assert.deepEqual(rest, {
      Label: "io.github.anvil-sqlite.shop",
      ProgramArguments: [ODD, "backup", "shop", "--if-older", "20h"],
      EnvironmentVariables: { ANVIL_SQLITE_CONFIG: `${ODD}<&>` },
      StartCalendarInterval: { Hour: 2, Minute: 7 },
      RunAtLoad: true,
      ProcessType: "Background",
    });
    assert.match(agent.on[0]?.command ?? "", /^launchctl bootstrap gui\/\$\(id -u\) /);
  },
});

/**
 * The order of elements in Task Scheduler's format, as far as it is one (learn.microsoft.com, "Task Scheduler Schema
 * Elements": sequences), and for the rest the order in which Task Scheduler itself writes them.
 */
const TASK_ORDER: Readonly<Record<string, readonly string[]>> = {
  Task: ["RegistrationInfo", "Triggers", "Principals", "Settings", "Data", "Actions"],
  RegistrationInfo: ["Date", "Author", "Version", "Description", "URI"],
  CalendarTrigger: [
    "Repetition",
    "StartBoundary",
    "EndBoundary",
    "ExecutionTimeLimit",
    "Enabled",
    "RandomDelay",
    "ScheduleByDay",
  ],
  Principal: ["UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"],
  Settings: [
    "MultipleInstancesPolicy",
    "DisallowStartIfOnBatteries",
    "StopIfGoingOnBatteries",
    "AllowHardTerminate",
    "StartWhenAvailable",
    "RunOnlyIfNetworkAvailable",
    "IdleSettings",
    "AllowStartOnDemand",
    "Enabled",
    "Hidden",
    "RunOnlyIfIdle",
    "WakeToRun",
    "ExecutionTimeLimit",
    "Priority",
  ],
  Exec: ["Command", "Arguments", "WorkingDirectory"],
};

Deno.test({
  name:
    "Windows: an XML reader reads the task, and its elements are in the order of the format (skipped without Python)",
  ignore: !HAS_PYTHON,
  fn: async () => {
    using dir = tempDir();
    const task = plan("windows", { config: ODD.replaceAll('"', "") + "<&>" }, dir.path);
    await writeSchedule(task);
    const path = task.files[0]?.path ?? "";
    assert.deepEqual([...Deno.readFileSync(path).subarray(0, 4)], [0xff, 0xfe, "<".charCodeAt(0), 0]);
    const read = `import json,sys,xml.etree.ElementTree as E
name=lambda e:e.tag.split('}')[1]
tree=lambda e:[name(e),(e.text or '').strip(),[tree(c) for c in e]]
root=E.parse(sys.argv[1]).getroot(); print(json.dumps([root.tag,tree(root)]))`;
    const { code, text } = await run("python3", ["-c", read, path]);
    assert.equal(code, 0, text);
    type Element = readonly [name: string, text: string, children: readonly Element[]];
    const [tag, root] = JSON.parse(text) as [string, Element];
    assert.equal(tag, "{http://schemas.microsoft.com/windows/2004/02/mit/task}Task");
    const found = new Map<string, string>();
    const walk = ([name, value, children]: Element) => {
      found.set(name, value);
      const order = TASK_ORDER[name];
      if (order !== undefined) {
        const places = children.map(([child]) => order.indexOf(child));
        assert.ok(!places.includes(-1), `${name}: ${children.map(([child]) => child)}`);
        assert.deepEqual(places, [...places].sort((a, b) => a - b), name);
      }
      children.forEach(walk);
    };
    walk(root);
    assert.equal(found.get("StartWhenAvailable"), "true");
    assert.equal(found.get("StartBoundary"), "2026-01-01T02:07:00");
    assert.equal(found.get("Command"), "cmd.exe");
    assert.match(
      found.get("Arguments") ?? "",
      /^\/d \/s \/c "set "ANVIL_SQLITE_CONFIG=.*<&>" && .* backup shop --if-older 20h"$/,
    );
  },
});

Deno.test("Windows: without a folder of its own the program is started by itself", () => {
  const text = plan("windows", { program: ["C:\\Program Files\\anvil-sqlite.exe"] }).files[0]?.text ?? "";
  assert.match(
    text,
    /<Command>C:\\Program Files\\anvil-sqlite\.exe<\/Command>\s*<Arguments>backup shop --if-older 20h<\/Arguments>/,
  );
});
