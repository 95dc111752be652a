import { AtkError } from "../core/errors.ts";
import { quote } from "./quote.ts";

/** A plugin name: also its folder below plugins/. */
export const NAME_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** A server id every client accepts. */
export const SERVER_ID_PATTERN = /^[a-z0-9][a-z0-9-]*$/;
export const MAX_NAME_LENGTH = 64;

const NAME_RULE = "lower-case letters, digits and single dashes, 2 to 64 characters, beginning with a letter";

/**
 * The plugin name made from a display name: "9 Lives_of  Cat!" gives "a9-lives-of-cat".
 * @throws AtkError E_NAME when fewer than two usable characters are left.
 */
export function sanitizeName(display: string): string {
  const name = withLetterFirst(slug(display));
  if (name.length >= 2) return name;
  throw new AtkError("E_NAME", `cannot make a plugin name from ${quote(display)}: expected ${NAME_RULE}`, {
    hint: "give it a name with at least two letters or digits: --name NAME",
  });
}

/** What `sanitizeName` gives, or undefined where it throws. */
export function suggestName(display: string): string | undefined {
  const name = withLetterFirst(slug(display));
  return name.length >= 2 ? name : undefined;
}

/**
 * Accepts a plugin name as it is.
 * @throws AtkError E_NAME for everything that is not one (paths, empty, capitals, too long), with the nearest allowed name as hint.
 */
export function checkName(name: string): void {
  if (isName(name)) return;
  const suggestion = suggestName(name);
  throw new AtkError("E_NAME", `${quote(name)} is not a plugin name: expected ${NAME_RULE}`, {
    hint: suggestion === undefined ? undefined : `did you mean \`${suggestion}\`?`,
  });
}

export function isName(name: string): boolean {
  return name.length >= 2 && name.length <= MAX_NAME_LENGTH && NAME_PATTERN.test(name);
}

/**
 * The id of a server that all clients accept, made from a display name: "Piper TTS" gives "piper-tts".
 * @throws AtkError E_NAME when no usable character is left.
 */
export function serverId(display: string): string {
  const id = slug(display);
  if (id !== "") return id;
  throw new AtkError("E_NAME", `cannot make a server id from ${quote(display)}: it has no letters or digits`);
}

/** What `serverId` gives, or undefined where it throws. */
export function suggestServerId(display: string): string | undefined {
  const id = slug(display);
  return id === "" ? undefined : id;
}

function slug(display: string): string {
  const dashed = display.trim().toLowerCase().replaceAll(/[ _]+/g, "-");
  const allowed = dashed.replaceAll(/[^a-z0-9-]/g, "").replaceAll(/-+/g, "-");
  return withoutOuterDashes(withoutOuterDashes(allowed).slice(0, MAX_NAME_LENGTH));
}

const withoutOuterDashes = (text: string) => text.replace(/^-/, "").replace(/-$/, "");

function withLetterFirst(text: string): string {
  if (text === "" || /^[a-z]/.test(text)) return text;
  return withoutOuterDashes(`a${text}`.slice(0, MAX_NAME_LENGTH));
}
