import { run, type Outside } from "../../src/cli/run.ts";
import type { Host } from "../../src/core/host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";

export interface Place {
  readonly home: string;
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: workbench. */
  readonly hostname?: string;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  /** All three streams are terminals. */
  readonly terminal?: boolean;
  /** Another world than the real one, e.g. with a full disk. */
  readonly through?: (host: Host) => Host;
}

/** One command line in this process, on the real file system, as the person whose HOME is `home`. */
export async function runAtk(words: readonly string[], place: Place, how: Circumstances = {}): Promise<Ended> {
  const texts = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof texts): Outside["stdout"] => ({
    write: (text) => void (texts[name] += text),
    isTerminal: how.terminal ?? false,
  });
  const { home: homeDirectory, directory: workingDirectory, env, hostname = "workbench" } = place;
  const host = createNodeHost({ homeDirectory, workingDirectory, env, hostname });
  const code = await run(words, {
    host: async () => how.through?.(host) ?? host,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    stdinIsTerminal: how.terminal ?? false,
    interruption: () => new AbortController().signal,
    streams: () => ({ input: process.stdin, output: process.stdout }),
    env,
  });
  return { code, ...texts };
}
