import { join } from "node:path";
import { VENDORED_NPM } from "../../pins/vendored-npm.ts";
import type { Lock, Pin } from "../../manifest/lock.ts";
import type { Policy } from "../../manifest/manifest.ts";
import type { NpmPin, StoreContext } from "../../pins/npm-store.ts";
import { storeFolder } from "../../pins/store-folder.ts";
import type { Context } from "../context.ts";
import type { LoadedServers, ServerSpec } from "../server-specs.ts";
import { declaredWords } from "./pin-declared.ts";
import { wordsOf } from "./pin-plugin.ts";
import { programStanding, type ProgramStanding } from "./program-standing.ts";
import { readTree } from "./tree-files.ts";
import { swapWords, type Swap } from "./swap-words.ts";
import { exactServer, refuseUnpinned } from "./wire-program.ts";

/**
 * A server as it is started, with what the lock pins it to in the place of what would be fetched: an npm package is started
 * from this machine's store, and installed there first when it is not.
 * @throws AtkError E_INTEGRITY, E_SOURCE, E_LOCK; E_POLICY for what is unpinned and must not be.
 */
export async function startPinned(spec: ServerSpec, loaded: LoadedServers, context: Context): Promise<ServerSpec> {
  const { server, owner } = spec;
  const { policy } = loaded.inputs.manifest;
  const standing = standingOf(server.id, owner, loaded);
  if (standing.state === "unpinned") refuseUnpinned(server.id, standing, owner, policy);
  if (standing.state !== "pinned") return spec;
  const { pin } = standing;
  if (pin.type !== "npm") return { ...spec, server: exactServer(server, standing) };
  const { openProgram } = await import("../../pins/npm-store.ts");
  const bin = await openProgram(pin, () => readTree(pin, context), storeContext(policy, context));
  const swap = storeSwap(pin, standing.fetched, policy, context);
  return swap === undefined ? spec : { ...spec, server: swapWords(server, swap, bin) };
}

/** How the words of a pinned server are to be changed at its start, without opening anything; undefined: not at all. */
export function storeSwap(
  pin: NpmPin,
  fetched: Extract<ProgramStanding, { state: "pinned" }>["fetched"],
  policy: Policy,
  { workspace }: Pick<Context, "workspace">,
): Swap | undefined {
  if (fetched.type === "image") return undefined;
  const folder = storeFolder(workspace.cacheDirectory, pin, policy.installScripts);
  return { folder, own: fetched.own, ...(pin.bin === undefined ? {} : { bin: pin.bin }) };
}

export function storeContext({ installScripts }: Policy, { host, workspace, offline }: Context): StoreContext {
  const { cacheDirectory } = workspace;
  return {
    host,
    cacheDirectory,
    installScripts,
    vendored: async () => {
      const { vendorRoot } = await import("../vendor/vendor-folder.ts");
      const root = await vendorRoot({ host, workspace });
      return root === undefined ? undefined : join(root, VENDORED_NPM);
    },
    ...(offline ? { offline } : {}),
  };
}

/** What the lock says of a server of the manifest, by its id. */
export function standingOf(id: string, owner: string, { inputs, plugins }: LoadedServers): ProgramStanding {
  const plugin = plugins.find(({ entry }) => entry.name === owner);
  if (plugin === undefined) return standingOfDeclared(id, inputs.manifest.servers[id], inputs.lock);
  if ("fault" in plugin) return { state: "own" };
  const written = plugin.definition.plugin.servers.find((each) => each.id === id);
  const words = written === undefined ? undefined : wordsOf(written);
  return programStanding(words ?? [], plugin.locked.programs?.[id], plugin.isPending);
}

function standingOfDeclared(
  id: string,
  declaration: Parameters<typeof declaredWords>[0] | undefined,
  lock: Lock,
): ProgramStanding {
  const words = declaration === undefined ? undefined : declaredWords(declaration);
  const known = lock.servers?.[id];
  const isSame = JSON.stringify(known?.command) === JSON.stringify(words);
  const pin: Pin | undefined = isSame ? known?.program : undefined;
  return programStanding(words ?? [], pin, pin === undefined);
}
