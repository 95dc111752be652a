// One command: program, arguments, folder, environment. Ran to its end, or an error with what it said.
import { spawnSync } from "node:child_process";

/** `{ program, args, cwd, env, input?, expect? }`; gives stdout, stderr and the wall time in milliseconds. */
export function runCommand(command) {
  const { program, args = [], cwd, env, input, expect = [0] } = command;
  const start = process.hrtime.bigint();
  // Windows starts batch files (npm.cmd) through a shell only.
  const shell = program.endsWith(".cmd");
  const result = spawnSync(program, args, { cwd, env, input, shell, encoding: "utf8", maxBuffer: 1 << 28 });
  const elapsedMs = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.error) throw result.error;
  if (!expect.includes(result.status)) throw new Error(explain(command, result));
  return { stdout: result.stdout, stderr: result.stderr, status: result.status, elapsedMs };
}

function explain({ program, args = [] }, { status, signal, stdout, stderr }) {
  const said = `${stdout}${stderr}`.trim().split("\n").slice(-15).join("\n");
  return `${[program, ...args].join(" ")} ended with ${status ?? signal}\n${said}`;
}
