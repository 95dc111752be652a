/**
 * Stands for systemctl where no manager of a user runs. Words and exit codes are those of a real systemd 252, for which the driver is
 * tried in real-systemd.test.ts; see also systemctl(1), and systemd/systemd#1105 for `show`, which ends well whatever the unit does.
 */
import { existsSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import { change, note, read, refuse, refuseWithoutManager } from "./double-state.mjs";

const [scope, verb, ...args] = process.argv.slice(2);
note("systemctl");
if (scope !== "--user") refuse(1, "Interactive authentication required.");
const state = read();
if (!refuseWithoutManager(state.bus)) main();

function main() {
  const [target = ""] = args.filter((word) => !word.startsWith("--"));
  switch (verb) {
    case "show":
      return show(
        target,
        args
          .find((word) => word.startsWith("--property="))
          ?.slice("--property=".length)
          .split(","),
      );
    case "link":
      return link(args.filter((word) => word !== "--force"));
    case "daemon-reload":
      return change((now) => Object.values(now.units).forEach((unit) => (unit.stale = false)));
    case "reset-failed":
      return change(({ units }) =>
        Object.assign(units[target], { active: "inactive", sub: "dead", result: "success" }),
      );
    case "start":
      return start(target);
    case "stop":
      return stop(target);
    default:
      return refuse(1, `Unknown command verb ${verb}.`);
  }
}

function link(paths) {
  for (const path of paths) {
    if (!isAbsolute(path)) refuse(1, `Failed to link unit: Unit file ${path} is not absolute.`);
    if (!existsSync(path)) refuse(1, `Failed to link unit: File ${path}: No such file or directory`);
    const name = basename(path);
    const { linkedTo } = state.units[name] ?? {};
    const place = `/home/dev/.config/systemd/user/${name}`;
    if (linkedTo !== undefined && linkedTo !== path && !process.argv.includes("--force"))
      refuse(1, `Failed to link unit: File ${place} already exists and is a symlink to ${linkedTo}.`);
    change(({ units }) => (units[name] = { linkedTo: path, active: "inactive", sub: "dead", result: "success" }));
    process.stderr.write(`Created symlink ${place} -> ${path}.\n`);
  }
}

function start(name) {
  const unit = state.units[name];
  if (unit === undefined || unit.load === "not-found") refuse(5, `Failed to start ${name}: Unit ${name} not found.`);
  if (name.endsWith(".timer") && state.units[name.replace(".timer", ".service")] === undefined)
    refuse(1, 'Job failed. See "journalctl -xe" for details.');
  if (unit.load === "bad-setting")
    refuse(
      1,
      `Failed to start ${name}: Unit ${name} has a bad unit file setting.\nSee user logs and 'systemctl --user status ${name}' for details.`,
    );
  if (unit.load === "masked") refuse(1, `Failed to start ${name}: Unit ${name} is masked.`);
  if (unit.active === "active") return;
  if (unit.result === "start-limit-hit") refuse(1, job(name, "start of the service was attempted too often"));
  if (unit.exits !== undefined) {
    const failed = { active: "failed", sub: "failed", result: "exit-code", code: 1, status: unit.exits };
    change(({ units }) => Object.assign(units[name], failed, { left: "Sat 2026-11-21 10:05:00 UTC" }));
    refuse(1, job(name, "the control process exited with error code"));
  }
  const entered = "Sat 2026-11-21 10:04:58 UTC";
  change(({ units }) => Object.assign(units[name], { active: "active", sub: "running", pid: 4711, entered }));
}

function job(name, why) {
  return `Job for ${name} failed because ${why}.\nSee "systemctl --user status ${name}" and "journalctl --user -xeu ${name}" for details.`;
}

function stop(name) {
  if (state.units[name] === undefined) refuse(5, `Failed to stop ${name}: Unit ${name} not loaded.`);
  change(({ units }) => Object.assign(units[name], { active: "inactive", sub: "dead", pid: 0 }));
}

function show(name, wanted) {
  const unit = state.units[name];
  const { active = "inactive", sub = "dead", result = "success", load = "loaded" } = unit ?? {};
  const known = {
    Id: name,
    LoadState: unit === undefined ? "not-found" : load,
    ActiveState: active,
    SubState: sub,
    Result: result,
    ExecMainCode: unit?.code ?? 0,
    ExecMainStatus: unit?.status ?? 0,
    NRestarts: unit?.restarts ?? 0,
    ActiveEnterTimestamp: unit?.entered ?? "",
    InactiveEnterTimestamp: unit?.left ?? "",
    MainPID: unit?.pid ?? 0,
    NeedDaemonReload: unit?.stale === true ? "yes" : "no",
  };
  // In systemd's own order, not in that of the question.
  const lines = Object.entries(known).filter(([key]) => wanted === undefined || wanted.includes(key));
  process.stdout.write(lines.map(([key, value]) => `${key}=${value}\n`).join(""));
}
