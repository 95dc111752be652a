import type { ReadHost } from "../../core/host.ts";
import { untouchedBin } from "../../pins/npm-marker.ts";
import { swapWords, type Swap } from "../pins/swap-words.ts";
import type { ServerSpec } from "../server-specs.ts";

/** What a start does with the words of a command that the lock pins. */
export type PinnedStart =
  | { readonly kind: "store"; readonly swap: Swap }
  /** One word is replaced by one that names the exact version. */
  | { readonly kind: "word"; readonly at: number; readonly word: string };

/** The server with its program pinned; undefined when the store is not as it was installed. */
export async function pinnedSpec(
  spec: ServerSpec,
  start: PinnedStart,
  { files }: ReadHost,
): Promise<ServerSpec | undefined> {
  const { server } = spec;
  if (server.transport !== "stdio") return spec;
  if (start.kind === "store") {
    const bin = await untouchedBin(start.swap.folder, start.swap.bin, files);
    return bin === undefined ? undefined : { ...spec, server: swapWords(server, start.swap, bin) };
  }
  const words = [server.command, ...server.args].map((word, at) => (at === start.at ? start.word : word));
  const [command = "", ...args] = words;
  return { ...spec, server: { ...server, command, args } };
}
