/** What the doubles of this folder keep, in the JSON file that DOUBLE_STATE names. */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";

export function read() {
  return JSON.parse(readFileSync(process.env.DOUBLE_STATE, "utf8"));
}

export function change(edit) {
  const state = read();
  const result = edit(state);
  const draft = `${process.env.DOUBLE_STATE}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, process.env.DOUBLE_STATE);
  return result;
}

/** Remembers a call, and whether it could see a secret. In a file of its own, for the state may be changed by a test meanwhile. */
export function note(program) {
  const words = [program, ...process.argv.slice(2)];
  const { secret } = read();
  const leaked = [...words, ...Object.values(process.env)].some((each) => each.includes(secret));
  appendFileSync(`${process.env.DOUBLE_STATE}.calls`, `${JSON.stringify({ words, leaked })}\n`);
}

/** Ends with words on stderr. */
export function refuse(exitCode, words) {
  process.stderr.write(`${words}\n`);
  process.exit(exitCode);
}

/**
 * What systemctl and journalctl of version 252 say without the manager of a user, as seen in a container; from 256 on as in
 * systemd/systemd#40604.
 */
const NO_MANAGER = {
  "no medium": "Failed to connect to bus: No medium found",
  "no file": "Failed to connect to bus: No such file or directory",
  "no medium in 256":
    "Failed to connect to user scope bus via local transport: $DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR not defined (consider using --machine=<user>@.host --user to connect to bus of other user)",
  "not booted":
    "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down",
};

export function refuseWithoutManager(bus) {
  if (bus === "hangs") {
    setInterval(() => {}, 1_000);
    return true;
  }
  if (bus !== "up") refuse(1, NO_MANAGER[bus]);
  return false;
}
