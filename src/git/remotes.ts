import { lastValue, type GitConfig } from "./config.ts";

/** Pattern for `readConfig` with all that is needed to choose a remote. */
export const REMOTE_SETTINGS = "^(remote\\..*|branch\\..*\\.(remote|merge|pushremote)|core\\.sshcommand)$";

/** The remote a branch goes to: its own setting, the general one, `origin`, or the only one there is. */
export function remoteOf(config: GitConfig, branch: string | undefined): string | undefined {
  const set =
    lastValue(config, `branch.${branch}.pushremote`) ??
    lastValue(config, "remote.pushdefault") ??
    lastValue(config, `branch.${branch}.remote`);
  if (set !== undefined) return set;
  const names = remoteNames(config);
  return names.includes("origin") ? "origin" : names.length === 1 ? names[0] : undefined;
}

/** The remote a branch comes from: its own setting, `origin`, or the only one there is. */
export function fetchRemoteOf(config: GitConfig, branch: string): string | undefined {
  return lastValue(config, `branch.${branch}.remote`) ?? remoteOf(new Map([...config].filter(isUrl)), undefined);
}

function isUrl([name]: readonly [string, unknown]): boolean {
  return /^remote\..+\.url$/.test(name);
}

export function remoteNames(config: GitConfig): readonly string[] {
  return [...config.keys()].flatMap((name) => /^remote\.(.+)\.url$/.exec(name)?.[1] ?? []);
}

export function remoteUrl(config: GitConfig, remote: string): string | undefined {
  return config.get(`remote.${remote}.url`)?.[0];
}
