import { AtkError } from "../../core/errors.ts";

/** Words that mean themselves in a unit file. A lone dash or plus only means something before the first word, which is an absolute path. */
const PLAIN = /^[A-Za-z0-9_./:=,+@-]+$/;
// oxlint-disable-next-line no-control-regex -- systemd refuses or rewrites them
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * A command line for ExecStart= that systemd reads as exactly these words, without putting in variables or specifiers.
 * (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting")
 * @throws AtkError E_USAGE for a program that systemd would not take, or a word with a NUL
 */
export function execLine([program = "", ...args]: readonly string[]): string {
  refuseProgram(program);
  // Variables are not put into the path of the program, so its dollars stay single.
  return [
    quoted(specifiersOff(program)),
    ...args.map((word) => quoted(specifiersOff(word).replaceAll("$", "$$$$"))),
  ].join(" ");
}

/** A text that fills the rest of its line: a description, a folder. Line ends become spaces. */
export function plainText(text: string): string {
  const line = text.replaceAll(/\s+|[\u0000-\u001f\u007f]+/g, " ").trim();
  // A backslash at the end would take the next line along. (systemd.syntax(7))
  return specifiersOff(line.replace(/[\\\s]+$/, ""));
}

/** @throws AtkError E_USAGE for a folder that a line of a unit file cannot hold */
export function folderText(folder: string): string {
  const isGood = folder.startsWith("/") && !CONTROL.test(folder) && folder === folder.trim() && !folder.endsWith("\\");
  if (isGood) return specifiersOff(folder);
  throw new AtkError("E_USAGE", `a unit cannot run in the folder ${JSON.stringify(folder)}`, {
    hint: "an absolute path without line ends",
  });
}

function refuseProgram(program: string): void {
  // systemd refuses quotes, backslashes and control characters there. (string_is_safe in systemd's basic/string-util.c)
  if (program.startsWith("/") && !/["'\\]/.test(program) && !CONTROL.test(program)) return;
  throw new AtkError("E_USAGE", `systemd cannot start the program ${JSON.stringify(program)}`, {
    hint: "its absolute path, without quotes and backslashes",
  });
}

function specifiersOff(text: string): string {
  return text.replaceAll("%", "%%");
}

function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  if (word.includes("\0")) throw new AtkError("E_USAGE", "an argument holds a NUL, which no program can be given");
  const inside = word
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll(/[\u0001-\u001f\u007f]/g, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${inside}"`;
}
