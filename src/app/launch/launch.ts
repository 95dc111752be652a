import { AtkError } from "../../core/errors.ts";
import { createNodeReadHost } from "../../host/node-machine.ts";
import { startServer, type Stage } from "../start-server.ts";
import { quickSpec } from "./quick-spec.ts";

/**
 * The short way of `atk mcp run`: what clients call, so it loads no parser and no library. Gives the server's exit code;
 * undefined when the long way has to be taken, and then nothing has happened yet. `words` are those after `mcp run`.
 */
export async function launch(words: readonly string[], stage: Omit<Stage, "host">): Promise<number | undefined> {
  const request = requestOf(words);
  if (request === undefined) return undefined;
  try {
    const host = createNodeReadHost();
    const spec = await quickSpec(request.name, request.isGlobal, host);
    return spec === undefined ? undefined : await startServer(spec, { ...stage, host });
  } catch (error) {
    // The long way meets it as well, and says it in the way that was asked for.
    if (error instanceof AtkError) return undefined;
    throw error;
  }
}

interface Request {
  readonly name: string;
  readonly isGlobal: boolean;
}

/** The words as atk writes them into clients' files; whatever else is possible is for the real parser. */
function requestOf(words: readonly string[]): Request | undefined {
  const isGlobal = words[0] === "-g";
  const [name = "", ...others] = isGlobal ? words.slice(1) : words;
  return others.length === 0 && /^[a-z0-9][a-z0-9-]*$/.test(name) ? { name, isGlobal } : undefined;
}
