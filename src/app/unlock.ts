import { AtkError } from "../core/errors.ts";
import type { Lock, LockedPlugin } from "../manifest/lock.ts";
import type { Inputs } from "./inputs.ts";

/** The inputs as if these plugins had never been locked. @throws AtkError E_PLUGIN_NOT_FOUND */
export function unlock(inputs: Inputs, names: readonly string[]): Inputs {
  const { plugins, servers } = inputs.manifest;
  const isKnown = (name: string): boolean =>
    plugins.some((entry) => entry.name === name) || Object.hasOwn(servers, name);
  const unknown = names.find((name) => !isKnown(name));
  if (unknown !== undefined)
    throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin or server ${JSON.stringify(unknown)} in the manifest`);
  const { lock } = inputs;
  const kept = Object.entries(lock.plugins).filter(([name]) => !names.includes(name));
  const own = Object.entries(lock.servers ?? {}).map(([name, { program, command, ...rest }]) => {
    const pin = names.includes(name) ? {} : { ...(command && { command }), ...(program && { program }) };
    return [name, { ...rest, ...pin }] as const;
  });
  const unlocked = { plugins: Object.fromEntries(kept), ...(lock.servers && { servers: Object.fromEntries(own) }) };
  return { ...inputs, lock: { ...lock, ...unlocked }, formerly: lock };
}

/** What changes from one lock to the other, one line for each plugin. */
export function describeLock(before: Lock, after: Lock): readonly string[] {
  const names = [...new Set([...Object.keys(before.plugins), ...Object.keys(after.plugins)])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.plugins[name], after.plugins[name]];
    if (old?.integrity === now?.integrity) return [];
    if (old === undefined) return [`  + ${name} ${shown(now)}`];
    return now === undefined ? [`  - ${name}`] : [`  ~ ${name} ${shown(old)} -> ${shown(now)}`];
  });
}

function shown(locked: LockedPlugin | undefined): string {
  const version = locked?.version ?? locked?.commit?.slice(0, 12);
  return `${version === undefined ? "" : `${version} `}(${locked?.integrity.slice(0, 19) ?? ""})`;
}
