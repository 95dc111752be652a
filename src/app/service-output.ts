import { createHider, type HideStream } from "../core/hide-values.ts";
import type { ServiceSpec, Talk } from "../services/service.ts";
import type { GoodPlugin } from "./plugin-env.ts";

/** Values that must not be seen in what a service says: of secret variables, and of those that nobody declared. */
export function secretValues({ definition }: GoodPlugin, { env }: Pick<ServiceSpec, "env">): readonly string[] {
  const open = new Set(definition.plugin.envVars.filter(({ secret }) => !secret).map(({ name }) => name));
  return Object.entries(env).flatMap(([name, value]) => (name.startsWith("ATK_") || open.has(name) ? [] : [value]));
}

export interface HiddenTalk {
  readonly talk: Talk;
  /** Gives what was held back. */
  end(): void;
}

/** The same talk without the values, also where they come in pieces. */
export function hideIn(values: readonly string[], talk: Talk): HiddenTalk {
  const hider = createHider(values);
  const streams: Record<"stdout" | "stderr", HideStream> = { stdout: hider.stream(), stderr: hider.stream() };
  const pass = (text: string, stream: "stdout" | "stderr"): void => {
    if (text !== "") talk(text, stream);
  };
  return {
    talk: (chunk, stream) => pass(streams[stream].push(chunk), stream),
    end() {
      pass(streams.stdout.end(), "stdout");
      pass(streams.stderr.end(), "stderr");
    },
  };
}
