import type { Programs } from "../../core/host.ts";
import { shownName, type PortHolder } from "./port-holder.ts";

const LIMIT_MS = 3_000;

/** Lines of one field each: p and the process, c and its name, then f and n for each of its sockets. (lsof(8), "OUTPUT FOR OTHER PROGRAMS") */
export async function holderOnMacos(port: number, programs: Programs): Promise<PortHolder | undefined> {
  const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpcn"];
  const { stdout } = await programs.run({ command: "lsof", args, timeoutMs: LIMIT_MS });
  const lines = stdout.split("\n");
  const pid = Number(/^p(\d+)$/.exec(lines[0] ?? "")?.[1]);
  if (!Number.isSafeInteger(pid)) return undefined;
  const name = lines.find((line) => line.startsWith("c"))?.slice(1) ?? "";
  return { kind: "process", pid, name: shownName(name) };
}
