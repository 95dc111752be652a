import { AtkError } from "../../core/errors.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";

/** What a shared file holds: a manifest and, below it, what the manifest alone does not say. */
export interface ExportFile {
  readonly manifest: string;
  readonly lock: JsonObject;
  /** Skills and instructions of the manifest, by their paths relative to it. */
  readonly files: Readonly<Record<string, EmbeddedFile>>;
}

export interface EmbeddedFile {
  readonly text: string;
  readonly executable?: true;
}

/** Begins the second part. No manifest has such a line: it would be a second document. */
const DIVIDER = "--- # atk: lock and files of the manifest above";
/** Lines for who reads the file; they are left out when it is taken in. */
const HEADER = "#: ";

export function printExport({ manifest, lock, files }: ExportFile, header: readonly string[]): string {
  const lines = header.map((line) => `${HEADER}${line}`);
  return `${[...lines, ""].join("\n")}${manifest.replace(/\n*$/, "\n")}${DIVIDER}\n${JSON.stringify({ lock, files }, null, 2)}\n`;
}

/** @throws AtkError E_MANIFEST when it is no file that `atk export` wrote; E_HOSTILE for a path that leads elsewhere */
export function parseExport(text: string, file: string): ExportFile {
  const [manifest = "", rest] = text.replaceAll("\r\n", "\n").split(`${DIVIDER}\n`);
  const data = rest === undefined ? undefined : parsed(rest);
  const { lock, files } = isObject(data) ? data : {};
  if (!isObject(lock) || !isObject(files)) {
    throw new AtkError("E_MANIFEST", `${file} is not a file that atk export wrote`, {
      at: { file },
      hint: "atk export --output FILE, on the machine that has it",
    });
  }
  const lines = manifest.split("\n").filter((line) => !line.startsWith(HEADER.trimEnd()));
  const embedded = Object.entries(files).map(([path, value]) => [safe(path, file), embeddedFile(value, file)] as const);
  return { manifest: lines.join("\n").replace(/^\n+/, ""), lock, files: Object.fromEntries(embedded) };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function embeddedFile(value: Json, file: string): EmbeddedFile {
  const { text, executable } = isObject(value) ? value : {};
  if (typeof text !== "string") throw new AtkError("E_MANIFEST", `${file} has a file without text`, { at: { file } });
  return { text, ...(executable === true ? { executable } : {}) };
}

/** A path below the manifest's folder that is nobody else's. @throws AtkError E_HOSTILE */
function safe(path: string, file: string): string {
  const parts = path.split("/");
  // oxlint-disable-next-line no-control-regex -- a name with one of these is not a name of a file of a manifest
  const isOdd = (part: string): boolean => /^\.{0,2}$|^\.git$|[\\:\u0000-\u001f\u007f]/i.test(part);
  const [first = ""] = parts;
  if (parts.length > 1 && !parts.some(isOdd) && !first.startsWith(".") && first !== "plugins") return path;
  throw new AtkError(
    "E_HOSTILE",
    `${file} would write ${JSON.stringify(path)}, which is no place for a skill or an instruction`,
    {
      at: { file },
    },
  );
}
