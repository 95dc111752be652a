import { digestBytes } from "../../src/host/digest.ts";
import type { Expected, FileChange } from "../../src/host/file-change.ts";

export const ABSENT: Expected = { state: "absent" };

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function fileWith(text: string): Expected {
  return { state: "file", digest: digestBytes(bytesOf(text)) };
}

export function linkTo(target: string): Expected {
  return { state: "link", target };
}

export function write(
  path: string,
  text: string,
  expected: Expected,
  mode = 0o644,
): Extract<FileChange, { type: "write" }> {
  return { type: "write", path, bytes: bytesOf(text), mode, expected };
}

export function remove(path: string, expected: Expected): FileChange {
  return { type: "remove", path, expected };
}

export function link(path: string, target: string, expected: Expected): FileChange {
  return { type: "link", path, target, expected };
}
