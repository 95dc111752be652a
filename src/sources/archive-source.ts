import { AtkError } from "../core/errors.ts";
import { maskUrl } from "../git/git-error.ts";
import type { Source } from "../manifest/manifest.ts";
import { archiveTree } from "./archive-tree.ts";
import type { SourceContext } from "./context.ts";
import { sha256Of } from "./create-tree.ts";
import { downloadArchive } from "./download-archive.ts";
import { insideFolder } from "./plugin-file.ts";
import type { SourceType } from "./resolve.ts";
import type { Tree } from "./tree.ts";

type ArchiveSource = Extract<Source, { type: "archive" }>;

/** A tar.gz or zip file. Its digest is the manifest's, or what it was when it was first locked. */
export const archiveSource: SourceType<"archive"> = {
  async resolve(name, source, context) {
    const { sha256, tree } = await load(name, source, source.sha256, context);
    return { locked: { source, archiveSha256: sha256, integrity: tree.integrity }, tree };
  },

  async fetch(name, locked, source, context) {
    if (locked.archiveSha256 === undefined)
      throw new AtkError("E_LOCK", `${name}: the lock has no digest for ${maskUrl(source.url)}`);
    return (await load(name, source, locked.archiveSha256, context)).tree;
  },
};

async function load(
  name: string,
  source: ArchiveSource,
  expected: string | undefined,
  context: SourceContext,
): Promise<{ sha256: string; tree: Tree }> {
  const bytes = await downloadArchive(source.url, context);
  const sha256 = sha256Of(bytes);
  if (expected !== undefined && expected !== sha256) throw changed(name, source, { expected, found: sha256 });
  return {
    sha256,
    tree: await archiveTree(bytes, insideFolder(source.path), `archive ${maskUrl(source.url)}`, nameOf(source.url)),
  };
}

/** `https://example.com/my-tool-1.2.0.tar.gz` is my-tool. */
function nameOf(url: string): string {
  const file = url.replace(/[?#].*$/, "").replace(/^.*\//, "");
  return file.replace(/(\.tar)?\.[a-z]+$/i, "").replace(/-v?\d.*$/, "") || "plugin";
}

function changed(
  name: string,
  source: ArchiveSource,
  { expected, found }: { expected: string; found: string },
): AtkError {
  const said = source.sha256 === expected ? "the manifest says" : "the lock says";
  const message = `${name}: ${maskUrl(source.url)} is another file: ${said} sha256 ${expected}, found ${found}`;
  const hint =
    source.sha256 === expected
      ? "nothing of it was used; ask who publishes it"
      : `atk lock ${name} (accepts what is there now)`;
  return new AtkError("E_INTEGRITY", message, { hint });
}
