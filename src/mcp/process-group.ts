import { kill, platform } from "node:process";

/** A group of its own, where the system has process groups. */
export const isDetached = platform !== "win32";

const POLITE_MS = 1500;
const POLL_MS = 20;

interface Leader {
  readonly pid?: number | undefined;
}

/** Ends a process and everything it started in its group: asks first, and after a moment does not ask any more. */
export async function endGroup({ pid }: Leader): Promise<void> {
  if (pid === undefined) return;
  if (!isDetached) return endTree(pid);
  if (!signalGroup(pid, "SIGTERM")) return;
  for (const end = performance.now() + POLITE_MS; performance.now() < end;) {
    await new Promise((done) => setTimeout(done, POLL_MS));
    if (!signalGroup(pid, 0)) return;
  }
  signalGroup(pid, "SIGKILL");
}

/** false: nobody is left in the group. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Windows has no groups; taskkill follows the parent ids. */
async function endTree(pid: number): Promise<void> {
  const { execa } = await import("execa");
  await execa("taskkill", ["/pid", String(pid), "/T", "/F"], { reject: false });
}
