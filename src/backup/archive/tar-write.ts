import { bytesOfName, isPlain } from "./byte-names.ts";
import type { Entry } from "./entry.ts";

const BLOCK = 512;
const TYPE = { file: "0", hard: "1", link: "2", directory: "5" } as const;
const FIELD = { name: 100, id: 0o7777777, size: 0o77777777777 } as const;

/** What stands before the content of an entry in a pax archive. (POSIX, pax, "ustar Interchange Format") */
export function tarHeader(entry: Entry): Buffer {
  const records = paxRecords(entry);
  const block = ustar(entry, TYPE[entry.type]);
  if (records.length === 0) return block;
  const body = Buffer.concat(records);
  const extended = ustar({ ...entry, path: "pax-header", size: body.length, target: "", mode: 0o600 }, "x");
  return Buffer.concat([extended, body, tarPadding(body.length), block]);
}

/** What fills the last block of a content. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Two empty blocks end an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

/** Only what the old header cannot say, and times to their fraction. */
function paxRecords({ path, target = "", size, mtimeMs, uid, gid, type }: Entry): readonly Buffer[] {
  const name = type === "directory" ? `${path}/` : path;
  return [
    ...(isPlain(path) && isPlain(target) ? [] : [record("hdrcharset", Buffer.from("BINARY"))]),
    ...(isShort(name) ? [] : [record("path", bytesOfName(name))]),
    ...(isShort(target) ? [] : [record("linkpath", bytesOfName(target))]),
    ...(size > FIELD.size ? [record("size", Buffer.from(String(size)))] : []),
    ...(uid > FIELD.id ? [record("uid", Buffer.from(String(uid)))] : []),
    ...(gid > FIELD.id ? [record("gid", Buffer.from(String(gid)))] : []),
    ...(Number.isInteger(mtimeMs / 1000) && mtimeMs >= 0 ? [] : [record("mtime", Buffer.from(secondsOf(mtimeMs)))]),
  ];
}

function isShort(name: string): boolean {
  return name.length < FIELD.name && /^[\x20-\x7e]*$/.test(name);
}

/** A double holds a time of these years to a quarter of a microsecond. */
function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(6);
}

/** "LENGTH KEY=VALUE\n", the length counting its own digits. */
function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  const digits = [1, 2, 3, 4, 5, 6, 7].find((count) => String(rest.length + count).length === count) ?? 8;
  return Buffer.concat([Buffer.from(String(rest.length + digits)), rest]);
}

function ustar({ path, size, mode, mtimeMs, uid, gid, target = "", type }: Entry, flag: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const name = type === "directory" && flag === "5" ? `${path}/` : path;
  bytesOfName(name).copy(block, 0, 0, FIELD.name);
  octal(block, mode & 0o7777, { at: 100, length: 8 });
  octal(block, Math.min(uid, FIELD.id), { at: 108, length: 8 });
  octal(block, Math.min(gid, FIELD.id), { at: 116, length: 8 });
  octal(block, Math.min(size, FIELD.size), { at: 124, length: 12 });
  octal(block, Math.max(0, Math.floor(mtimeMs / 1000)), { at: 136, length: 12 });
  block.write("        ", 148, "latin1");
  block.write(flag, 156, "latin1");
  if (flag !== "x") bytesOfName(target).copy(block, 157, 0, FIELD.name);
  block.write("ustar\u000000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function octal(block: Buffer, value: number, { at, length }: { readonly at: number; readonly length: number }): void {
  block.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
}
