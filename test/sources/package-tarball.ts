import { gzipSync } from "node:zlib";
import { Header } from "tar";

export type Entry =
  | string
  | { readonly text: string; readonly mode: number }
  | { readonly link: string }
  | { readonly hardLink: string }
  | { readonly device: true };

/** A packed npm package made byte by byte, so that it can hold what no packer would write. */
export function packageTarball(entries: Readonly<Record<string, Entry>>): Uint8Array {
  return tarball(Object.entries(entries).map(([path, entry]) => [`package/${path}`, entry]));
}

/** The same with paths exactly as given, each as often as it is given. */
export function tarball(entries: readonly (readonly [path: string, entry: Entry])[], endBytes = 1024): Uint8Array {
  const made = new Map<Entry, Map<string, Buffer>>();
  const parts = entries.map(([path, entry]) => {
    const known = made.get(entry) ?? new Map<string, Buffer>();
    const part = known.get(path) ?? Buffer.concat([headerOf(path, entry), bodyOf(entry)]);
    made.set(entry, known.set(path, part));
    return part;
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(endBytes)]), { level: 1 });
}

function textOf(entry: Entry): string {
  if (typeof entry === "string") return entry;
  return "text" in entry ? entry.text : "";
}

function headerOf(path: string, entry: Entry): Buffer {
  const linkpath =
    typeof entry === "object" && "link" in entry
      ? entry.link
      : typeof entry === "object" && "hardLink" in entry
        ? entry.hardLink
        : "";
  const header = new Header({
    path,
    mode: typeof entry === "object" && "mode" in entry ? entry.mode : 0o644,
    size: Buffer.byteLength(textOf(entry)),
    type: typeOf(entry),
    mtime: new Date(0),
    ...(linkpath === "" ? {} : { linkpath }),
  });
  const block = Buffer.alloc(512);
  header.encode(block);
  return block;
}

function typeOf(entry: Entry): "File" | "SymbolicLink" | "Link" | "CharacterDevice" {
  if (typeof entry === "string" || "text" in entry) return "File";
  if ("link" in entry) return "SymbolicLink";
  return "hardLink" in entry ? "Link" : "CharacterDevice";
}

function bodyOf(entry: Entry): Buffer {
  const text = Buffer.from(textOf(entry));
  return Buffer.concat([text, Buffer.alloc((512 - (text.length % 512)) % 512)]);
}
