import { isObject, type Json } from "./json.ts";

/** Gives a short mark for a hidden value, so that two different hidden values look different. */
export type Mark = (hidden: string) => string;

const TELLING_NAME = /(key|token|secret|passw|pwd|auth|credential|cookie|session|bearer|private|signature|dsn|conn)/i;

/** Shapes of well-known keys, and long random-looking texts. Sources: the vendors' own documentation of their prefixes. */
const TELLING_VALUE =
  /(\b(sk|pk|rk)[-_](live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{16,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAKIA[A-Z0-9]{12,}|\bAIza[A-Za-z0-9_-]{30,}|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}|\bnpm_[A-Za-z0-9]{30,}|\b[A-Fa-f0-9]{32,}\b|\bBearer\s+\S+|\bBasic\s+\S+)/g;

const REFERENCE = /^(Bearer |Basic |token )?(\$\{?[A-Za-z_][\w:.-]*\}?|\{env:\w+\}|\$\{\{[^}]*\}\}|<NOT_SET>)$/;
const VARIABLE_MAPS = new Set(["env", "environment", "envs", "headers", "http_headers", "requestOptions"]);

/** An entry that holds secrets in clear, because its user wanted it so: its variables, headers and address are hidden whole. */
export function seal(value: Json, mark: Mark): Json {
  return redactIn(sealed(value, mark, false), mark, false);
}

const ADDRESSES = new Set(["url", "serverUrl", "httpUrl", "uri"]);

function sealed(value: Json, mark: Mark, inside: boolean): Json {
  if (typeof value === "string") return inside && !REFERENCE.test(value) ? `(secret ${mark(value)})` : value;
  if (Array.isArray(value)) return value.map((item) => sealed(item, mark, inside));
  if (!isObject(value)) return value;
  const hidden = (key: string): boolean => inside || VARIABLE_MAPS.has(key) || ADDRESSES.has(key);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sealed(member, mark, hidden(key))]));
}

/**
 * The same value with everything that may be a secret replaced by a mark: telling names in variable and header maps,
 * shapes of well-known keys anywhere, user information and telling parameters in URLs, values of telling options in argument lists.
 */
export function redact(value: Json, mark: Mark): Json {
  return redactIn(value, mark, false);
}

function redactIn(value: Json, mark: Mark, variables: boolean): Json {
  if (typeof value === "string") return redactText(value, mark);
  if (Array.isArray(value)) return redactList(value, mark);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, redactMember(key, member, { mark, variables })]),
  );
}

function redactMember(key: string, member: Json, { mark, variables }: { mark: Mark; variables: boolean }): Json {
  if (VARIABLE_MAPS.has(key)) return redactIn(member, mark, true);
  if (typeof member === "string" && REFERENCE.test(member)) return member;
  const hidden = typeof member === "string" && (variables || key === "bearer_token") && TELLING_NAME.test(key);
  if (hidden) return `(secret ${mark(member)})`;
  return redactIn(member, mark, variables);
}

function redactList(items: readonly Json[], mark: Mark): Json {
  return items.map((item, index) => {
    const option = items[index - 1];
    const named =
      typeof option === "string" && option.startsWith("-") && TELLING_NAME.test(option) && !option.includes("=");
    if (named && typeof item === "string" && !item.startsWith("-") && !REFERENCE.test(item))
      return `(secret ${mark(item)})`;
    return redactIn(item, mark, false);
  });
}

/** A text with everything in it that looks like a secret replaced by a mark. */
export function redactText(text: string, mark: Mark): string {
  return text
    .replace(
      /(\w+:\/\/)([^/\s:@]+):([^/\s@]+)@/g,
      (_all, scheme: string, user: string, pass: string) => `${scheme}${user}:(secret ${mark(pass)})@`,
    )
    .replace(/([?&]|^--?)([\w.-]+)=([^&\s]+)/g, (all, lead: string, name: string, found: string) =>
      TELLING_NAME.test(name) && !REFERENCE.test(found) ? `${lead}${name}=(secret ${mark(found)})` : all,
    )
    .replace(TELLING_VALUE, (found) => `(secret ${mark(found)})`);
}
