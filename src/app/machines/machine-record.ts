import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { isMachineName } from "./named-machine.ts";

/**
 * What a machine tells the others. Goes to the remote: no secret, no path, no value, no name of a user. Addresses are those of the
 * manifest's entries, which the remote has anyway.
 */
export interface MachineRecord {
  readonly version: 1;
  /** Random, made once: two machines that took one name are told apart by it. */
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly os: string;
  readonly arch: string;
  /** Those of its own settings. */
  readonly tags: readonly string[];
  /** Version of atk. */
  readonly atk: string;
  /** ISO 8601, UTC, by that machine's clock. */
  readonly at: string;
  /** Commit of the manifest; absent before the first. */
  readonly commit?: string;
  /** The manifest or the lock there differs from that commit. */
  readonly edited?: true;
  /** Digest of the lock's text; absent without a lock. */
  readonly lock?: string;
  readonly drifted: readonly string[];
  readonly blocked: readonly string[];
  readonly pending: readonly string[];
  readonly services: readonly { readonly plugin: string; readonly state: string }[];
  /** Of the last command that changes something, when it failed. */
  readonly error?: { readonly code: string; readonly at: string };
}

export function printRecord(record: MachineRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Undefined for anything that is not such a record: others write to the branch too, and may write anything. */
export function parseRecord(text: string): MachineRecord | undefined {
  const data = parsed(text);
  if (!isObject(data) || data["version"] !== 1) return undefined;
  const { id, name, at } = data;
  if (typeof id !== "string" || typeof name !== "string" || !isMachineName(name) || typeof at !== "string")
    return undefined;
  return {
    version: 1,
    id,
    name,
    host: textOf(data, "host"),
    os: textOf(data, "os"),
    arch: textOf(data, "arch"),
    tags: textsOf(data, "tags"),
    atk: textOf(data, "atk"),
    at,
    ...commitOf(data),
    ...(data["edited"] === true ? { edited: true } : {}),
    ...(typeof data["lock"] === "string" ? { lock: data["lock"] } : {}),
    drifted: textsOf(data, "drifted"),
    blocked: textsOf(data, "blocked"),
    pending: textsOf(data, "pending"),
    services: servicesOf(data["services"]),
    ...errorOf(data["error"]),
  };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function textOf(data: JsonObject, key: string): string {
  const value = data[key];
  return typeof value === "string" ? value : "unknown";
}

function textsOf(data: JsonObject, key: string): readonly string[] {
  const value = data[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** It becomes an argument of git, so it has to be an id and nothing else. */
function commitOf({ commit }: JsonObject): Pick<MachineRecord, "commit"> {
  return typeof commit === "string" && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? { commit } : {};
}

function servicesOf(value: Json | undefined): MachineRecord["services"] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).flatMap((each) => {
    if (!isObject(each)) return [];
    const { plugin, state } = each;
    return typeof plugin === "string" && typeof state === "string" ? [{ plugin, state }] : [];
  });
}

function errorOf(value: Json | undefined): Pick<MachineRecord, "error"> {
  if (!isObject(value)) return {};
  const { code, at } = value;
  return typeof code === "string" && typeof at === "string" ? { error: { code, at } } : {};
}
