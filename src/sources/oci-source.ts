import { AtkError } from "../core/errors.ts";
import { imageDigest, imageRuntime } from "./image-digest.ts";
import { readImage } from "./image-reference.ts";
import { treeFromEntries } from "./memory-tree.ts";
import type { SourceType } from "./resolve.ts";
import type { Tree } from "./tree.ts";

/** An image that is an MCP server on stdin and stdout. Its digest is locked; the image itself is fetched by docker when it is started. */
export const ociSource: SourceType<"oci"> = {
  async resolve(_name, source, context) {
    const digest = await imageDigest(source.image, context);
    const tree = imagePlugin(source.image, digest, (await imageRuntime(context)) ?? "docker");
    return { locked: { source, imageDigest: digest, integrity: tree.integrity }, tree };
  },

  /** The same text again; which of the two programs it names was decided when it was locked. */
  async fetch(name, locked, source) {
    const { imageDigest: digest } = locked;
    if (digest === undefined) throw new AtkError("E_LOCK", `${name}: the lock has no digest for image ${source.image}`);
    const trees = (["docker", "podman"] as const).map((runtime) => imagePlugin(source.image, digest, runtime));
    const [first] = trees;
    const found = trees.find((tree) => tree.integrity === locked.integrity) ?? first;
    if (found !== undefined) return found;
    throw new AtkError("E_LOCK", `${name}: image ${source.image} cannot be described`);
  },
};

/** The text is covered by the lock's digest, so for the same image it must stay the same in every later atk. */
function imagePlugin(image: string, digest: string, runtime: "docker" | "podman"): Tree {
  const { name, tag } = readImage(image) ?? { name: image };
  const last = name.slice(name.lastIndexOf("/") + 1);
  const text = [
    'schema_version: "2026-11-21"',
    `name: ${JSON.stringify(last)}`,
    `description: ${JSON.stringify(`MCP server of the image ${name}`)}`,
    ...(tag === undefined ? [] : [`version: ${JSON.stringify(tag)}`]),
    "maturity: community",
    "mcp:",
    "  transport: stdio",
    `  command: ${runtime}`,
    `  args: ${JSON.stringify(["run", "-i", "--rm", `${name}@${digest}`])}`,
    "",
  ].join("\n");
  const bytes = new TextEncoder().encode(text);
  return treeFromEntries([{ type: "file", path: "plugin.yaml", executable: false, bytes }], { what: `image ${image}` });
}
