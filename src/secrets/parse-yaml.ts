import { isAlias, isMap, isScalar, parseDocument, type YAMLError, type YAMLMap } from "yaml";
import { AtkError, type Place, type Problem } from "../core/errors.ts";
import { BOM, placeAt } from "../formats/text.ts";
import { entriesOf, type Entry } from "../formats/yaml-layout.ts";
import { isSecretName, shown } from "./names.ts";
import {
  CIPHERTEXT_PATTERN,
  DAY_PATTERN,
  KEY_PATTERN,
  SECTIONS,
  twins,
  type MachineKey,
  type SecretsFile,
} from "./secrets-file.ts";

/** Any YAML that means a secrets file; slow and exact, see `parseSecrets`. */
export function parseYamlSecrets(text: string, file: string): SecretsFile {
  const body = text.startsWith(BOM) ? text.slice(BOM.length) : text;
  const problems: Problem[] = [];
  const at = (offset: number): Place => ({ file, ...placeAt(body, offset) });
  const reading: Reading = { problem: (message, offset, hint) => void problems.push(told(message, at(offset), hint)) };
  const found = read(body, reading);
  if (problems.length > 0) throw refused(file, problems.sort(byPlace));
  return found;
}

interface Reading {
  readonly problem: (message: string, offset: number, hint?: string) => void;
}

function told(message: string, at: Place, hint: string | undefined): Problem {
  return { message, at, ...(hint === undefined ? {} : { hint }) };
}

function byPlace({ at: a }: Problem, { at: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function refused(file: string, problems: readonly Problem[]): AtkError {
  const [first] = problems;
  const more = problems.length - 1;
  const rest = more === 0 ? "" : ` (and ${more} more ${more === 1 ? "problem" : "problems"})`;
  return new AtkError("E_MANIFEST", `cannot use ${file}: ${first?.message ?? ""}${rest}`, {
    at: first?.at,
    hint: first?.hint,
    problems,
  });
}

function read(body: string, reading: Reading): SecretsFile {
  if (hasConflict(body, reading)) return NOTHING;
  const document = parseDocument(body, {
    keepSourceTokens: true,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: "error",
  });
  for (const error of firstPerLine(document.errors, body)) syntaxProblem(error, body, reading);
  if (document.errors.length > 0 || document.contents === null) return NOTHING;
  if (isMap(document.contents)) return readSections(document.contents, reading);
  if (!isScalar(document.contents) || document.contents.value !== null)
    reading.problem(`expected a map with ${SECTIONS.join(", ")}`, 0);
  return NOTHING;
}

function hasConflict(body: string, { problem }: Reading): boolean {
  const start = /^<{7}(?: .*)?\r?$/m.exec(body);
  if (start === null || !/^>{7}( |\r?$)/m.test(body)) return false;
  const message = "unresolved merge conflict: the file still has both sides and git's markers";
  problem(message, start.index, "keep the lines of both sides, or run: git mergetool");
  return true;
}

const NOTHING: SecretsFile = { recipients: new Map(), requests: new Map(), secrets: new Map(), rotate: new Map() };

/** One broken bracket gives many errors on its line; the first tells the cause. */
function firstPerLine(errors: readonly YAMLError[], body: string): readonly YAMLError[] {
  const seen = new Set<number>();
  const lineOf = ({ pos }: YAMLError): number => placeAt(body, pos[0]).line;
  return errors.filter((error) => !seen.has(lineOf(error)) && seen.add(lineOf(error)));
}

/** The library's own messages may quote the text, and somebody may have put a secret there in clear: only its code is told. */
function syntaxProblem({ code, pos: [start] }: YAMLError, body: string, { problem }: Reading): void {
  if (code === "DUPLICATE_KEY") {
    const name = /^["']?([A-Za-z_][\w.-]*)["']? *:/.exec(body.slice(start, start + 200))?.[1];
    problem(`the key ${name ?? "there"} stands twice in one map`, start, "remove one of the two");
  } else problem(`not valid YAML: ${code.toLowerCase().replaceAll("_", " ")}`, start);
}

function readSections(root: YAMLMap, reading: Reading): SecretsFile {
  const sections = entriesOf(root);
  for (const { key, start } of sections) {
    if (SECTIONS.every((name) => name !== key))
      reading.problem(`unknown key ${shown(key ?? "")}: expected ${SECTIONS.join(", ")}`, start);
  }
  const section = <T>(name: string, toValue: ToValue<T>): ReadonlyMap<string, T> => {
    const found = sections.find(({ key }) => key === name);
    return found === undefined ? new Map() : readSection(found, toValue, reading);
  };
  const recipients = section("recipients", toMachine);
  for (const name of twins(recipients)) {
    const start = sections.find(({ key }) => key === "recipients")?.start ?? 0;
    reading.problem(`recipients: ${name} has the same key as another machine`, start, "remove one of the two");
  }
  return {
    recipients,
    requests: section("requests", toMachine),
    secrets: section("secrets", toCiphertext),
    rotate: section("rotate", toReason),
  };
}

/** The value, or what is wrong with it. */
type ToValue<T> = (entry: Entry, name: string) => { readonly value: T } | { readonly fault: string; hint?: string };

function readSection<T>(section: Entry, toValue: ToValue<T>, { problem }: Reading): ReadonlyMap<string, T> {
  const values = new Map<string, T>();
  if (isScalar(section.value) && section.value.value === null) return values;
  if (section.value === null) return values;
  if (!isMap(section.value)) {
    problem(`${section.key}: expected a map of names`, section.start);
    return values;
  }
  for (const entry of entriesOf(section.value)) {
    const name = entry.key ?? "";
    const found = isSecretName(name) ? toValue(entry, name) : { fault: `${shown(name)} is not a name` };
    if ("value" in found) values.set(name, found.value);
    else problem(`${section.key}: ${found.fault}`, entry.start, found.hint);
  }
  return values;
}

function textOf(value: unknown): string | undefined {
  return isScalar(value) && typeof value.value === "string" && !isAlias(value) ? value.value : undefined;
}

const toCiphertext: ToValue<string> = ({ value }, name) => {
  const text = textOf(value);
  if (text !== undefined && CIPHERTEXT_PATTERN.test(text) && text.length % 4 === 0) return { value: text };
  const hint = `if it is the secret itself, it is in clear in this file: take it out and give ${name} a new value`;
  return { fault: `${name} is not an encrypted value (base64 of an age file on one line)`, hint };
};

const toReason: ToValue<string> = ({ value }, name) => {
  const text = textOf(value);
  return text === undefined ? { fault: `${name}: expected a text with the reason` } : { value: text };
};

const toMachine: ToValue<MachineKey> = ({ value }, name) => {
  const plain = textOf(value);
  if (plain !== undefined && KEY_PATTERN.test(plain)) return { value: { key: plain } };
  const members = isMap(value) ? entriesOf(value) : [];
  const member = (wanted: string) => textOf(members.find(({ key }) => key === wanted)?.value);
  const [key, since] = [member("key"), member("since")];
  const known = members.every((each) => each.key === "key" || (each.key === "since" && since !== undefined));
  if (key === undefined || !known || !KEY_PATTERN.test(key))
    return { fault: `${name}: expected { key: age1..., since: YYYY-MM-DD } with the public key of an age identity` };
  if (since !== undefined && !DAY_PATTERN.test(since)) return { fault: `${name}: since is not a day as YYYY-MM-DD` };
  return { value: { key, ...(since === undefined ? {} : { since }) } };
};
