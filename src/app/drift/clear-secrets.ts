import { redact } from "../../core/redact.ts";
import type { Server } from "../../core/server.ts";
import { findMatches } from "../../secrets/scan/find-matches.ts";
import { knownShapes } from "../../secrets/scan/known-shapes.ts";

/** Something in clear that looks like a secret: in a variable or header of this name, or in the words of the entry. */
export type ClearSecret =
  | { readonly in: "env" | "headers"; readonly name: string; readonly prefix?: string }
  | { readonly in: "args" | "url" };

/** Values of such names that nobody keeps secret: MAX_TOKENS=4096. */
const HARMLESS = /^(true|false|yes|no|on|off|none|auto|-?\d{1,6})$/i;

/** What of a server must not be written where it is committed. Rather one too many than one too few. */
export function clearSecretsIn(server: Server): readonly ClearSecret[] {
  if (server.transport !== "stdio") {
    const inUrl = isTelling({ url: server.url }, server.url) ? [{ in: "url" } as const] : [];
    return [...inUrl, ...inValues("headers", server.headers)];
  }
  const words = [server.command, ...server.args];
  const inArgs = isTelling(words, words.join("\n")) ? [{ in: "args" } as const] : [];
  return [...inArgs, ...inValues("env", server.env)];
}

function inValues(
  place: "env" | "headers",
  values: Extract<Server, { transport: "stdio" }>["env"],
): readonly ClearSecret[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (typeof value !== "string" || value === "" || HARMLESS.test(value)) return [];
    if (!isTelling({ [place]: { [name]: value } }, value)) return [];
    const prefix = /^(Bearer|Basic|token) /.exec(value)?.[0];
    return [{ in: place, name, ...(prefix === undefined ? {} : { prefix }) }];
  });
}

function isTelling(value: Parameters<typeof redact>[0], text: string): boolean {
  const hidden = JSON.stringify(redact(value, () => ""));
  return hidden !== JSON.stringify(value) || findMatches(text, knownShapes()).length > 0;
}
