import { isObject, type Json } from "../core/json.ts";
import type { DocumentFormat, EditRequest, EditResult } from "./document.ts";
import { editTree } from "./json-edit.ts";
import { writeTree } from "./json-splices.ts";
import { MAX_DEPTH, readTree } from "./json-syntax.ts";
import { dataOf } from "./json-tree.ts";
import { BOM } from "./text.ts";

/** Strict JSON: comments and trailing commas are refused with their place. A byte order mark is allowed and kept. */
export const json: DocumentFormat = {
  id: "json",
  parse: (text, file) => parseText(text, file, true),
  edit: (request) => editText(request, true),
};

/** JSON with comments and trailing commas, both kept. */
export const jsonc: DocumentFormat = {
  id: "jsonc",
  parse: (text, file) => parseText(text, file, false),
  edit: (request) => editText(request, false),
};

function parseText(text: string, file: string, strict: boolean): Json | undefined {
  const body = withoutBom(text);
  const quick = quickParse(body);
  if (quick !== undefined) return quick;
  const { root } = readTree({ text: body, file, strict });
  return root === undefined ? undefined : dataOf(root);
}

function editText(request: EditRequest, strict: boolean): EditResult {
  const body = withoutBom(request.text);
  const edited = editTree(readTree({ text: body, file: request.file, strict }), request);
  const written = writeTree(edited);
  const bom = body.length === request.text.length ? "" : BOM;
  return { text: bom + written.text, made: written.made };
}

function withoutBom(text: string): string {
  return text.startsWith(BOM) ? text.slice(1) : text;
}

/**
 * The data of a plain JSON text, or undefined when it needs the slow reader, which then finds the data or the place of the error.
 * JSON.parse is several times as fast as any reader in JavaScript but keeps silent about duplicate keys. They show in a
 * count: a text with as many colons outside of strings as its data has members has none.
 */
function quickParse(text: string): Json | undefined {
  let data: Json;
  try {
    data = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const { colons, depth } = countSyntax(text);
  return depth <= MAX_DEPTH && colons === countMembers(data) ? data : undefined;
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

/** Only for texts that JSON.parse accepts. */
function countSyntax(text: string): { colons: number; depth: number } {
  let colons = 0;
  let open = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at);
    else if (code === COLON) colons += 1;
    else if (code === 0x7b || code === 0x5b) depth = Math.max(depth, (open += 1));
    else if (code === 0x7d || code === 0x5d) open -= 1;
  }
  return { colons, depth };
}

function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slash = end;
    while (text.charCodeAt(slash - 1) === BACKSLASH) slash -= 1;
    if ((end - slash) % 2 === 0) return end;
  }
}

function countMembers(data: Json): number {
  let members = 0;
  const open: Json[] = [data];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.values(value) as Json[];
    if (isObject(value)) members += inner.length;
    for (const item of inner) if (typeof item === "object" && item !== null) open.push(item);
  }
  return members;
}
