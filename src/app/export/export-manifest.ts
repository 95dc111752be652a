import { AtkError } from "../../core/errors.ts";
import { hasTokenShape } from "../import/secret-words.ts";
import type { Context } from "../context.ts";
import { readInputs, withManifest } from "../inputs.ts";
import { VERSION } from "../../version.generated.ts";
import { secretUses } from "../secret-uses.ts";
import { embedFiles } from "./embed-files.ts";
import { printExport } from "./export-file.ts";
import type { ExportNote } from "./portable.ts";
import { portableLock } from "./portable-lock.ts";
import { portableManifest } from "./portable-manifest.ts";

export interface Exported {
  readonly text: string;
  readonly notes: readonly ExportNote[];
  /** Names that whoever takes it in has to give values: atk secret set NAME. */
  readonly secrets: readonly string[];
}

/** The manifest with what belongs to it as one text to show or share. @throws AtkError E_SECRET_IN_GIT when a secret would be in it */
export async function exportManifest(context: Context): Promise<Exported> {
  const inputs = await readInputs(context);
  const { manifest } = inputs;
  const { files, keptBack } = await embedFiles([...manifest.skills, ...manifest.instructions], context);
  const portable = portableManifest(inputs.manifestText, {
    file: context.workspace.manifestFile,
    isHere: isHereFor(context),
    keptBack: (path) => keptBack[path],
  });
  const after = await withManifest(inputs, portable.text, context);
  const lock = portableLock(
    inputs.lock,
    after.manifest.plugins.map(({ name }) => name),
  );
  const secrets = [...new Set(secretUses(after.manifest).map(({ secret }) => secret))].sort();
  const said = { notes: portable.notes, secrets };
  const text = printExport({ manifest: portable.text, lock, files }, headerFor(said));
  refuseSecrets(text, context);
  return { text, ...said };
}

function headerFor({ notes, secrets }: Pick<Exported, "notes" | "secrets">): readonly string[] {
  const left = notes.filter(({ isLeftOut }) => isLeftOut);
  return [
    `Exported by atk ${VERSION}. To take it in on a machine without a home: atk init --from FILE, then atk plan.`,
    ...left.map(({ section, entry, note }) => `Left out: ${section}${entry === "" ? "" : ` ${entry}`}: ${note}`),
    ...secrets.map((name) => `Needs a value: atk secret set ${name}`),
  ].map((line) => line.replaceAll(/[\r\n]/g, " "));
}

/** The folders of this user and of this manifest, and any other user's. */
function isHereFor({ host, workspace }: Context): (text: string) => boolean {
  const own = [host.machine.homeDirectory, workspace.directory].filter((folder) => folder.length > 1);
  const anyUsers = /(?:^|[\s"'=:,])(?:\/home\/|\/Users\/|[A-Za-z]:[\\/]Users[\\/])[^\s/\\]/;
  return (text) => own.some((folder) => text.includes(folder)) || anyUsers.test(text);
}

/** What no rule above has seen: better nothing than a secret. @throws AtkError */
function refuseSecrets(text: string, { workspace }: Context): void {
  const line = text.split("\n").findIndex((each) => hasTokenShape(each));
  if (line === -1) return;
  throw new AtkError("E_SECRET_IN_GIT", "a secret stands in clear in what would be exported, so nothing was written", {
    at: { file: workspace.manifestFile },
    hint: "atk secret scan shows where",
  });
}
