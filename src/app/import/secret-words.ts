import { knowSecrets } from "../../secrets/scan/known-secrets.ts";
import { findMatches } from "../../secrets/scan/find-matches.ts";
import { isPlaceholder } from "../../secrets/scan/placeholder.ts";

const TELLING =
  /(^|_)(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|PAT|CREDENTIALS?|APIKEY|AUTH|AUTHORIZATION|BEARER|COOKIE|DSN)(_|$)/;
/** What these name is where a secret is, or how much of something, and not the secret. */
const HARMLESS_NAME = /_(FILE|PATH|DIR|URL|URI|NAME|ID|TYPE|MODE|LIMIT|COUNT|TTL|TIMEOUT)$/;
const HARMLESS_VALUE = /^(true|false|yes|no|on|off|none|null|default|basic|oauth2?|\d{1,6})$/i;

/** Whether the value of a variable, header or option is a secret that stands there in clear: by its name, or by its shape. */
export function isClearSecret(name: string, value: string): boolean {
  if (value.trim() === "") return false;
  if (hasTokenShape(value) || looksDrawn(value)) return true;
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
  if (!TELLING.test(words) || HARMLESS_NAME.test(words)) return false;
  return !HARMLESS_VALUE.test(value.trim()) && !(isReference(value) || isPlaceholderWord(value));
}

/** Nobody thinks of such a word: what is drawn by chance, and is not the id of something, is a key. */
function looksDrawn(value: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(value)) return true;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length;
  return kinds === 3 && /^[A-Za-z0-9_+=-]{24,}$/.test(value) && !isPlaceholder(value);
}

const NOTHING_KNOWN = knowSecrets([]);

/** A well-known vendor's token, or an address with a password, somewhere in a text. */
export function hasTokenShape(text: string): boolean {
  return findMatches(text, NOTHING_KNOWN).length > 0;
}

/** Secrets in texts of which no part can be said by a reference: where each stands. */
export function secretsInWords(words: readonly string[]): boolean {
  return words.some((word, at) => hasTokenShape(word) || inAddress(word) || inOption(word, words[at + 1]));
}

function inOption(word: string, next: string | undefined): boolean {
  const [, name, own] = /^--?([\w.-]+?)(?:=(.*))?$/s.exec(word) ?? [];
  if (name !== undefined) {
    const value = own ?? (next?.startsWith("-") === true ? undefined : next);
    return value !== undefined && isClearSecret(name, value);
  }
  // docker run -e NAME=value, and headers as mcp-remote takes them.
  const [, variable, value] = /^([A-Za-z][\w-]*)(?:=|:\s*)(.+)$/s.exec(word) ?? [];
  return variable !== undefined && value !== undefined && !word.includes("://") && isClearSecret(variable, value);
}

function inAddress(word: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(word) || !URL.canParse(word)) return false;
  const { password, searchParams } = new URL(word);
  if (password !== "" && !isReference(decodeURIComponent(password))) return true;
  return [...searchParams].some(([name, value]) => isClearSecret(name, value));
}

function isReference(value: string): boolean {
  return /\$\{?[A-Za-z_]|\{env:|\{\{/.test(value);
}

function isPlaceholderWord(value: string): boolean {
  // Beside a telling name nothing else is taken for an example: a key too many in the store harms nobody.
  return /^(<.*>|x+|\*+|your[-_ ].*|change[-_]?me|placeholder|example|todo)$/i.test(value.trim());
}
