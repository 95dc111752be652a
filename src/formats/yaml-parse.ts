import { LineCounter, parseDocument } from "yaml";
import { AtkError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { BOM } from "./text.ts";

const MAX_ALIASES = 100;

/** The data of a YAML text; a blank text is undefined. @throws AtkError E_FORMAT with file:line:column */
export function parseYaml(text: string, file: string): Json | undefined {
  const body = text.startsWith(BOM) ? text.slice(BOM.length) : text;
  if (body.trim() === "") return undefined;
  const lineCounter = new LineCounter();
  const document = parseDocument(body, { lineCounter, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw broken(error.message, file, lineCounter.linePos(error.pos[0]));
  try {
    return (document.toJS({ maxAliasCount: MAX_ALIASES }) as Json) ?? undefined;
  } catch {
    throw broken("it refers to itself too often (aliases)", file, { line: 1, col: 1 });
  }
}

function broken(
  reason: string,
  file: string,
  { line, col }: { readonly line: number; readonly col: number },
): AtkError {
  return new AtkError("E_FORMAT", `${file}:${line}:${col} is not valid YAML: ${reason}`, {
    at: { file, line, column: col },
    hint: `repair line ${line} of ${file}`,
  });
}
