import { stripVTControlCharacters } from "node:util";
import type { Talk } from "../services/service.ts";
import { hideIn, type HiddenTalk } from "./service-output.ts";

/** Cuts what a program writes into lines that have something on them, values hidden, in the order in which they are complete. */
export function createOutputLines(secrets: readonly string[], onLine: (line: string) => void): HiddenTalk {
  const begun: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" };
  const give = (line: string): void => {
    const shown = stripVTControlCharacters(line).trimEnd();
    if (shown !== "") onLine(shown);
  };
  const cut: Talk = (chunk, stream) => {
    // A bar that is drawn over itself is as many lines.
    const lines = `${begun[stream]}${chunk}`.split(/\r\n|[\r\n]/);
    begun[stream] = lines.pop() ?? "";
    for (const line of lines) give(line);
  };
  const hidden = hideIn(secrets, cut);
  return {
    talk: hidden.talk,
    end() {
      hidden.end();
      for (const rest of Object.values(begun)) give(rest);
    },
  };
}
