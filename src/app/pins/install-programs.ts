import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import type { Wish } from "../desire.ts";
import type { Inputs } from "../inputs.ts";
import type { Task } from "../next-state.ts";
import type { NpmPin } from "../../pins/npm-store.ts";
import { answers } from "../../pins/exact-words.ts";
import { readCommand } from "../../pins/read-command.ts";
import { declaredWords } from "./pin-declared.ts";
import { wordsOf } from "./pin-plugin.ts";
import { storeContext } from "./start-pinned.ts";
import { readTree } from "./tree-files.ts";

const AT_ONCE = 4;

/**
 * Installs in this machine's store what the servers that are wired now run, so that they start at once and without a network.
 * What cannot be fetched is said and left for the first start.
 * @throws AtkError E_INTEGRITY when something is not what was locked
 */
export async function installPrograms(
  tasks: readonly Task[],
  { inputs, wish }: { readonly inputs: Inputs; readonly wish: Wish },
  context: Context,
): Promise<void> {
  const owners = new Set(tasks.filter(isWiring).map(({ item }) => item.change.owner));
  const pins = new Map([...owners].flatMap((owner) => pinsOf(owner, inputs, wish)).map((pin) => [pin.tree, pin]));
  if (pins.size === 0) return;
  const [{ openProgram }, { mapBounded }] = await Promise.all([
    import("../../pins/npm-store.ts"),
    import("../../sources/map-bounded.ts"),
  ]);
  const store = storeContext(inputs.manifest.policy, context);
  const textOf = async (pin: NpmPin): Promise<string> => wish.trees[pin.tree] ?? (await readTree(pin, context));
  await context.step("Install what servers run", () =>
    mapBounded([...pins.values()], AT_ONCE, async (pin) => {
      await openProgram(pin, () => textOf(pin), store).catch((error: unknown) => {
        if (!(error instanceof AtkError) || error.code === "E_INTEGRITY") throw error;
        context.tell({ type: "warning", message: `not installed yet: ${error.message}` });
      });
    }),
  );
}

function isWiring({ item: { change } }: Task): boolean {
  return change.noun === "mcp_server" && (change.verdict === "create" || change.verdict === "update");
}

function pinsOf(owner: string, { manifest }: Inputs, { plugins, pinnedServers }: Wish): readonly NpmPin[] {
  const plugin = plugins.find(({ entry }) => entry.name === owner);
  if (plugin !== undefined && "fault" in plugin) return [];
  const servers =
    plugin === undefined
      ? declared(owner, manifest, pinnedServers)
      : plugin.definition.plugin.servers.map((server) => ({
          words: wordsOf(server),
          pin: plugin.locked.programs?.[server.id],
        }));
  return servers.flatMap(({ words, pin }) => {
    const fetched = words === undefined ? undefined : readCommand(words);
    return pin?.type === "npm" && fetched !== undefined && answers(pin, fetched) ? [pin] : [];
  });
}

function declared(
  id: string,
  { servers }: Inputs["manifest"],
  pinned: Wish["pinnedServers"],
): readonly { readonly words: readonly string[] | undefined; readonly pin: NpmPin | undefined }[] {
  const declaration = servers[id];
  const pin = pinned.servers[id]?.program;
  if (declaration === undefined || pin?.type !== "npm") return [];
  return [{ words: declaredWords(declaration), pin }];
}
