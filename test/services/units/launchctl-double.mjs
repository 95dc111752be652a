/**
 * Stands for launchctl of macOS 13 and later. Words and exit codes: TOSS-Soft/toss-agent-runtime#40 for 113, duh17/oppi#38 for 125,
 * headroomlabs-ai/headroom#1289 for 5 while a label is not free, kxn/codex-remote-feishu#914 for SIGTERMed after bootout,
 * openclaw/openclaw#71413 for 37; the layout of `print` as published in many issues.
 */
import { readFileSync } from "node:fs";
import { change, note, read, refuse } from "./double-state.mjs";

const [verb, target, file] = process.argv.slice(2);
const DOMAIN = `gui/${process.getuid()}`;
const STARTED = { state: "running", pid: 4711, runs: 1 };
note("launchctl");
const state = read();
if (state.launchd === "hangs") setInterval(() => {}, 1_000);
else if (state.launchd === "no session") refuse(125, `Domain does not support specified action`);
else main();

function main() {
  if (verb === "bootstrap") return bootstrap();
  const label = target.slice(DOMAIN.length + 1);
  if (!target.startsWith(`${DOMAIN}/`)) refuse(125, "Domain does not support specified action");
  switch (verb) {
    case "print":
      return print(label);
    case "bootout":
      return bootout(label);
    case "kickstart":
      return kickstart(label);
    default:
      return refuse(64, `Unrecognized subcommand: ${verb}`);
  }
}

function bootstrap() {
  const text = readFileSync(file, "utf8");
  const string = (key) => new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(text)?.[1];
  const label = string("Label");
  const wait = change((now) => now.draining > 0 && now.draining--);
  if (wait || state.agents[label] !== undefined)
    refuse(5, "Bootstrap failed: 5: Input/output error\nTry re-running the command as root for richer errors.");
  if (label === undefined) refuse(134, "Bootstrap failed: 134: Service cannot load in requested session");
  const runs = /<key>RunAtLoad<\/key>\s*<true\/>/.test(text);
  const agent = { state: "not running", file, output: string("StandardOutPath"), calendar: /<key>StartCal/.test(text) };
  change(({ agents }) => (agents[label] = runs ? { ...agent, ...STARTED } : agent));
}

function bootout(label) {
  if (state.agents[label] === undefined) refuse(3, "Boot-out failed: 3: No such process");
  change(({ agents, fading }) => {
    if (fading > 0) Object.assign(agents[label], { state: "SIGTERMed", fades: fading });
    else delete agents[label];
  });
  if (state.fading > 0) refuse(36, "Boot-out failed: 36: Operation now in progress");
}

function kickstart(label) {
  const agent = state.agents[label];
  if (agent === undefined) refuse(113, `Could not find service "${label}" in domain for user gui: ${process.getuid()}`);
  if (agent.state === "running")
    refuse(37, `Could not kickstart service "${label}": 37: Operation already in progress`);
  change(({ agents }) => Object.assign(agents[label], STARTED, { runs: (agent.runs ?? 0) + 1 }));
}

function print(label) {
  const agent = state.agents[label];
  if (agent === undefined)
    refuse(113, `Bad request.\nCould not find service "${label}" in domain for user gui: ${process.getuid()}`);
  if (agent.fades !== undefined)
    change(({ agents }) => {
      agents[label].fades -= 1;
      if (agents[label].fades <= 0) delete agents[label];
    });
  process.stdout.write(shown(label, agent));
}

function shown(label, agent) {
  const line = (name, value) => (value === undefined ? [] : [`\t${name} = ${value}`]);
  return [
    `${DOMAIN}/${label} = {`,
    `\tactive count = ${agent.pid === undefined ? 0 : 1}`,
    `\tpath = ${agent.file ?? `/Users/dev/Library/LaunchAgents/${label}.plist`}`,
    "\ttype = LaunchAgent",
    `\tstate = ${agent.state}`,
    "",
    "\tprogram = /usr/bin/node",
    "\targuments = {",
    "\t\t/usr/bin/node",
    "\t}",
    "",
    ...line("stdout path", agent.output),
    ...line("stderr path", agent.output),
    "\tenvironment = {",
    `\t\tTOKEN => ${state.secret}`,
    `\t\tXPC_SERVICE_NAME => ${label}`,
    "\t}",
    "",
    `\tdomain = ${DOMAIN} [100006]`,
    "\texit timeout = 5",
    `\truns = ${agent.runs ?? 0}`,
    ...line("pid", agent.pid),
    ...(agent.signal === undefined ? line("last exit code", agent.exit ?? "(never exited)") : []),
    ...line("last terminating signal", agent.signal),
    ...line("last exit reason", agent.reason),
    ...(agent.interval === undefined ? [] : [`\trun interval = ${agent.interval} seconds`]),
    "",
    ...(agent.calendar ? triggers(label) : []),
    "\tresource coalition = {",
    "\t\tID = 1234",
    "\t\ttype = resource",
    "\t\tstate = active",
    "\t\tactive count = 1",
    "\t}",
    "",
    "\tproperties = runatload | inferred program",
    "}",
    "",
  ].join("\n");
}

function triggers(label) {
  return [
    "\tevent triggers = {",
    `\t\t${label}.268435489 => {`,
    "\t\t\tkeepalive = 0",
    `\t\t\tservice = ${label}`,
    "\t\t\tstream = com.apple.launchd.calendarinterval",
    "\t\t\tmonitor = com.apple.UserEventAgent-Aqua",
    "\t\t}",
    "\t}",
    "",
  ];
}
