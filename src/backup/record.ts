import { createHash, randomBytes } from "node:crypto";
import { canonical, isObject, type Json, type JsonObject } from "../core/json.ts";
import { damaged } from "./backup-fault.ts";

/** Why it was made. Those before something are kept beside what `keep` counts, see choose-kept.ts. */
export type Reason = "asked" | "schedule" | "before-upgrade" | "before-restore";

/** A file of a backup on its target. */
export interface Part {
  /** Name in the backup's folder: `data.tar.gz.age`. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Of the file as it lies there, hexadecimal. */
  readonly sha256: string;
}

/** `manifest.json` of a backup: in clear also where the rest is encrypted, so it names no file of the data. */
export interface BackupRecord {
  readonly format: 1;
  /** `20261121T030000Z-1a2b3c`: sorts by time, and no other backup has it. */
  readonly id: string;
  /** As in `backups:`. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Host name. */
  readonly machine: string;
  /** Version of atk. */
  readonly atk: string;
  readonly reason: Reason;
  readonly plugin?: { readonly version?: string; readonly integrity: string };
  readonly encrypted: boolean;
  /** Whether the service was down while it was made. */
  readonly stopped: boolean;
  readonly archive: Part;
  /** The list of what is in the archive. */
  readonly index: Part;
  readonly files: number;
  /** Of all files together, unpacked. */
  readonly sizeBytes: number;
  /** sha256 of all other fields. */
  readonly seal: string;
}

export const RECORD_FILE = "manifest.json";

export function newId(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z-${randomBytes(3).toString("hex")}`;
}

export const ID = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

export function seal(record: Omit<BackupRecord, "seal">): BackupRecord {
  return { ...record, seal: sealOf(record) };
}

function sealOf(record: Omit<BackupRecord, "seal">): string {
  return createHash("sha256")
    .update(canonical(record as unknown as Json))
    .digest("hex");
}

/** @throws AtkError E_DAMAGED for what is not a record as it was written, or one of a later format */
export function readRecord(bytes: Uint8Array, where: string): BackupRecord {
  let value: Json;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8")) as Json;
  } catch {
    throw damaged(`${where} is not JSON`);
  }
  if (!isObject(value) || typeof value["format"] !== "number") throw damaged(`${where} is no manifest of a backup`);
  if (value["format"] !== 1)
    throw damaged(`${where} has format ${value["format"]}, which this atk does not know`, "upgrade atk");
  const { seal: written, ...rest } = value as unknown as BackupRecord;
  if (sealOf(rest) !== written) throw damaged(`${where} was changed: its seal does not fit`);
  if (!isRecord(value)) throw damaged(`${where} says what the manifest of a backup cannot say`);
  return { ...rest, seal: written };
}

const TEXTS = ["id", "name", "created", "machine", "atk", "reason"];

/** Whoever can write to the target can seal what they like. */
function isRecord(value: JsonObject): boolean {
  const { id, name, created, archive, index, encrypted } = value;
  const isTold = TEXTS.every((key) => typeof value[key] === "string") && typeof encrypted === "boolean";
  const isNamed = ID.test(String(id)) && /^[\w.-]+$/.test(String(name)) && !String(name).startsWith(".");
  const isCounted = isSize(value["files"]) && isSize(value["sizeBytes"]) && !Number.isNaN(Date.parse(String(created)));
  return isTold && isNamed && isCounted && isPart(archive) && isPart(index);
}

function isPart(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const { file, sizeBytes, sha256 } = value;
  return typeof file === "string" && /^\w[\w.-]*$/.test(file) && isSize(sizeBytes) && typeof sha256 === "string";
}

function isSize(value: Json | undefined): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Folder of a backup on a target. */
export function folderOf({ name, id }: Pick<BackupRecord, "name" | "id">): string {
  return `${name}/${id}`;
}
