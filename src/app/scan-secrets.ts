import { join } from "node:path";
import type { Finding } from "../secrets/scan/finding.ts";
import type { HistoryFinding } from "../secrets/scan/scan-history.ts";
import type { Context } from "./context.ts";
import { valuesOfHome } from "./known-values.ts";

export interface SecretScan {
  /** In files that git has or would take: nothing that it ignores. */
  readonly files: readonly Finding[];
  /** In what was ever committed. */
  readonly history: readonly HistoryFinding[];
  /** Lines that say `atk:allow-secret`. */
  readonly allowed: number;
  readonly scanned: { readonly files: number; readonly contents: number };
  readonly unread: readonly { readonly path: string; readonly message: string }[];
  /** False where there is no git or no repository. */
  readonly hasHistory: boolean;
}

/** Looks for secrets in the files of the manifest's folder and in its history. Writes nothing. */
export async function scanSecrets(options: { readonly history: boolean }, context: Context): Promise<SecretScan> {
  const { knowSecrets } = await import("../secrets/scan/known-secrets.ts");
  const { scanFiles } = await import("../secrets/scan/scan-files.ts");
  const known = knowSecrets(await valuesOfHome(context));
  const git = await gitHere(context);
  const paths = git === undefined ? [] : await listFiles(git, context);
  const files = await scanFiles(paths, { files: context.host.files, known });
  const history = git === undefined || !options.history ? undefined : await historyOf(git, known, context);
  return {
    files: files.findings,
    history: history?.findings ?? [],
    allowed: files.allowed + (history?.allowed ?? 0),
    scanned: { files: files.scanned, contents: history?.scanned ?? 0 },
    unread: files.unread,
    hasHistory: git !== undefined,
  };
}

interface Here {
  readonly program: string;
  readonly top: string;
}

async function gitHere({ host, workspace }: Context): Promise<Here | undefined> {
  const [{ findGit }, { findRepository }] = await Promise.all([
    import("../git/choose-git.ts"),
    import("../git/repository.ts"),
  ]);
  const [program, top] = await Promise.all([findGit(host), findRepository(host.files, workspace.directory)]);
  return program === undefined || top === undefined ? undefined : { program, top };
}

/** What is tracked, and what the next `git add` would take. */
async function listFiles({ program, top }: Here, { host, workspace }: Context): Promise<readonly string[]> {
  const args = ["-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", workspace.directory];
  const { stdout } = await host.programs.run({ command: program, args });
  return stdout.split("\0").flatMap((path) => (path === "" ? [] : [join(top, path)]));
}

async function historyOf(
  { program, top }: Here,
  known: ReturnType<typeof import("../secrets/scan/known-secrets.ts").knowSecrets>,
  { host }: Context,
): Promise<Awaited<ReturnType<typeof import("../secrets/scan/scan-history.ts").scanHistory>>> {
  const [{ everyBlob }, { scanHistory }] = await Promise.all([
    import("../git/native/every-blob.ts"),
    import("../secrets/scan/scan-history.ts"),
  ]);
  return scanHistory(everyBlob({ program, directory: top, machine: host.machine }), known);
}
