import { quote } from "./quote.ts";

/** A JSON pointer as people write it: "/plugins/1/env/PORT" is plugins.1.env.PORT; the whole document is "". */
export function where(pointer: string): string {
  return pointerKeys(pointer).map(readable).join(".");
}

/** The keys of a JSON pointer (RFC 6901). */
export function pointerKeys(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A key as it stands in a JSON pointer. */
export function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A key or a word as it may stand in a message: in quotes when it is not plain. */
export function readable(key: string): string {
  return /^[\w@-]+$/.test(key) ? key : quote(key);
}
