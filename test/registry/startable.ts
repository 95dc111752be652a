import { execFileSync } from "node:child_process";
import { localServers, type LocalServer, type Shipped } from "./shipped.ts";

/** Beyond this a package is not installed by every run of the tests. */
const LARGE_MB = 150;

/** Why a plugin's servers are not started by the tests; undefined when they are. */
export function reasonNotToStart(shipped: Shipped): string | undefined {
  const [server] = localServers(shipped);
  if (server === undefined) return "it has no server that runs here";
  return missingProgram(server) ?? unfit(shipped) ?? heldBack(shipped);
}

/** What it needs of the machine is said in its README, for people; the tests believe it. */
function unfit({ readme }: Shipped): string | undefined {
  const [, major = "0", minor = "0"] = /needs Node\.js (\d+)(?:\.(\d+))?/.exec(readme) ?? [];
  const [here = 0, hereMinor = 0] = process.versions.node.split(".").map(Number);
  if (here < Number(major) || (here === Number(major) && hereMinor < Number(minor)))
    return `it needs Node.js ${major}.${minor}, this is ${process.versions.node}`;
  const size = Number(/takes about (\d+) MB/.exec(readme)?.[1] ?? 0);
  return size > LARGE_MB && !isAllAsked() ? `it takes ${size} MB` : undefined;
}

/**
 * What needs an account is started only when asked for (ATK_START_ALL=1, with values that are made up): each is a download more.
 * Before a plugin is called `verified` this has to have passed.
 */
function heldBack({ plugin }: Shipped): string | undefined {
  if (plugin.maturity === "verified" && isAllAsked()) return undefined;
  const needed = plugin.envVars.filter((variable) => variable.required).map(({ name }) => name);
  return needed.length === 0 ? undefined : `it needs an account (${needed.join(", ")})`;
}

function missingProgram({ command }: LocalServer): string | undefined {
  if (command.startsWith("$ATK_PLUGIN_DIR")) return "its program is built by its install command";
  try {
    execFileSync(command, ["--version"], { stdio: "ignore", shell: process.platform === "win32" });
    return undefined;
  } catch {
    return `${command} is not on PATH`;
  }
}

const isAllAsked = (): boolean => process.env["ATK_START_ALL"] === "1";
