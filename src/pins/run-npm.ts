import { AtkError } from "../core/errors.ts";
import { isObject, type Json } from "../core/json.ts";
import type { PinContext } from "./pin-context.ts";

const TIMEOUT_MS = 300_000;
const KEPT_BYTES = 10_000_000;

/** What npm said is wrong: its code (`E404`, `ETARGET`, ...) and one line. */
export interface NpmFault {
  readonly code: string;
  readonly summary: string;
}

export type NpmAnswer = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly fault: NpmFault };

/**
 * Runs npm in a folder of atk's own, with the user's registry, proxy, credentials and cache, and without any script of a package.
 * @throws AtkError E_PROGRAM when there is no npm, E_SOURCE when it does not end.
 */
export async function runNpm(
  args: readonly string[],
  cwd: string,
  { host, offline }: Pick<PinContext, "host" | "offline">,
): Promise<NpmAnswer> {
  const result = await host.programs.run({
    command: "npm",
    args: [...args, "--json", "--no-audit", "--no-fund", ...(offline === true ? ["--offline"] : [])],
    cwd,
    env: environment(host.machine.env),
    timeoutMs: TIMEOUT_MS,
    keepBytes: KEPT_BYTES,
  });
  if (result.exitCode === 127)
    throw new AtkError("E_PROGRAM", "npm is not installed", { hint: "install Node.js, which brings npm" });
  if (result.timedOut) throw new AtkError("E_SOURCE", `npm did not end within ${TIMEOUT_MS / 1000} s`);
  const value = parse(result.stdout);
  if (result.exitCode === 0) return { ok: true, value: value ?? null };
  return { ok: false, fault: faultOf(value, result.stderr) };
}

/** A registry that does not answer is asked once more, and not for minutes: people wait for `atk add`. */
function environment(env: PinContext["host"]["machine"]["env"]): Readonly<Record<string, string>> {
  return {
    npm_config_update_notifier: "false",
    npm_config_fetch_retries: env["npm_config_fetch_retries"] ?? "1",
    npm_config_fetch_retry_mintimeout: env["npm_config_fetch_retry_mintimeout"] ?? "1000",
    // The address of each package belongs to the tree.
    npm_config_omit_lockfile_registry_resolved: "false",
  };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function faultOf(answer: Json | undefined, stderr: string): NpmFault {
  const error = isObject(answer) && isObject(answer["error"]) ? answer["error"] : {};
  const code = typeof error["code"] === "string" ? error["code"] : (/npm error code (\S+)/.exec(stderr)?.[1] ?? "");
  const last =
    stderr
      .trim()
      .split("\n")
      .findLast((line) => !line.includes("complete log")) ?? "";
  const said = typeof error["summary"] === "string" && error["summary"] !== "" ? error["summary"] : last;
  return { code, summary: oneLine(said) };
}

function oneLine(text: string): string {
  const masked = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s]*@/gi, "$1***@");
  return masked.replaceAll(/\s+/g, " ").trim().slice(0, 300);
}
