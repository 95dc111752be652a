import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { program, type ProgramId } from "./programs.ts";

/** A home with nothing in it, and a project below it. */
export interface Scratch {
  readonly home: string;
  readonly project: string;
  remove(): void;
}

export function createScratch(): Scratch {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "atk-client-")));
  const project = join(home, "project");
  mkdirSync(join(project, ".git"), { recursive: true });
  return { home, project, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  /** Both streams, without colours. */
  readonly text: string;
}

/** The client's own command, in the project, with the scratch home. Everything it started is ended with it. */
export async function runClient(
  id: ProgramId,
  args: readonly string[],
  { home, project }: Scratch,
  timeoutMs = 90_000,
): Promise<Output> {
  const { command, args: before } = await program(id);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], {
      cwd: project,
      env: environment(home),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const parts: { stdout: string; all: string } = { stdout: "", all: "" };
    child.stdout.on("data", (data: Buffer) => ((parts.stdout += data.toString()), (parts.all += data.toString())));
    child.stderr.on("data", (data: Buffer) => (parts.all += data.toString()));
    const timer = setTimeout(() => endGroup(child.pid), timeoutMs);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      endGroup(child.pid);
      resolve({ exitCode: code ?? 128, stdout: parts.stdout, text: withoutColours(parts.all) });
    });
  });
}

/** No proxy answers there: a client that would phone home or log in cannot. Local addresses are reached directly. */
const NOWHERE = "http://127.0.0.1:9";

function environment(home: string): NodeJS.ProcessEnv {
  return {
    HOME: home,
    USERPROFILE: home,
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    TERM: "dumb",
    NO_COLOR: "1",
    HTTPS_PROXY: NOWHERE,
    NO_PROXY: "127.0.0.1,localhost",
    DISABLE_AUTOUPDATER: "1",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    GEMINI_CLI_TRUST_WORKSPACE: "true",
    ATK_PROBE_TOKEN: "expanded-value",
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended by itself.
  }
}

function withoutColours(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
}
