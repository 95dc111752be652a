import { AtkError } from "../core/errors.ts";
import type { Lock, LockedPlugin, Pin } from "../manifest/lock.ts";
import { exactName } from "../pins/exact-words.ts";
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

/** What changes from one lock to the other, one line for each plugin and for each program that servers run. */
export function describeLock(before: Lock, after: Lock): readonly string[] {
  return [...describePlugins(before, after), ...describePrograms(before, after)];
}

function describePrograms(before: Lock, after: Lock): readonly string[] {
  const [old, now] = [programsIn(before), programsIn(after)];
  return [...now].flatMap(([id, text]) => {
    const known = old.get(id);
    if (known === text) return [];
    return [known === undefined ? `  + ${id} runs ${text}` : `  ~ ${id} runs ${known} -> ${text}`];
  });
}

function programsIn({ plugins, servers = {} }: Lock): ReadonlyMap<string, string> {
  const own = Object.entries(servers).flatMap(([id, { program }]) =>
    program === undefined ? [] : [[id, program] as const],
  );
  const ofPlugins = Object.values(plugins).flatMap(({ programs = {} }) => Object.entries(programs));
  return new Map([...ofPlugins, ...own].map(([id, pin]) => [id, pinText(pin)]));
}

function pinText(pin: Pin): string {
  return pin.type === "unpinned" ? `unpinned (${pin.reason})` : exactName(pin);
}

function describePlugins(before: Lock, after: Lock): readonly string[] {
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
