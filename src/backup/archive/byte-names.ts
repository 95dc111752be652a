import { isUtf8 } from "node:buffer";

/**
 * Names of files are bytes, and not every one is UTF-8. Here they are texts all the same: a byte that is no part of a character stands
 * as a lone surrogate, U+DC80 to U+DCFF, as Python has it. (PEP 383) JSON can hold such texts.
 */
export function nameOfBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString("utf8");
  let name = "";
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((size) => at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)));
    name +=
      length === undefined
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : Buffer.from(bytes.subarray(at, at + length)).toString("utf8");
    at += length ?? 1;
  }
  return name;
}

const LONE = /[\uDC80-\uDCFF]/;

/** The bytes again. */
export function bytesOfName(name: string): Buffer {
  if (isPlain(name)) return Buffer.from(name, "utf8");
  const parts = [...name].map((character) =>
    LONE.test(character) && character.length === 1
      ? Buffer.from([character.charCodeAt(0) - 0xdc00])
      : Buffer.from(character, "utf8"),
  );
  return Buffer.concat(parts);
}

/** For calls of the system: a text where that says it all. */
export function systemPath(path: string): string | Buffer {
  return isPlain(path) ? path : bytesOfName(path);
}

export function isPlain(name: string): boolean {
  return !/\p{Surrogate}/u.test(name);
}
