import { AtkError } from "../../core/errors.ts";
import { canonical, type JsonObject } from "../../core/json.ts";
import { readClaude } from "./claude-plugin.ts";
import { CLAUDE_MANIFEST, MARKETPLACE as FILE } from "./fits-layout.ts";
import { asInsidePath, asText, items, member, textAt, type Part } from "./json-file.ts";
import { listed, oneLine, type Found, type Layout, type Reading } from "./layout.ts";

/**
 * A marketplace of Claude Code plugins: its one plugin, else the list of those it has to choose from. Plugins that all lie at the top
 * are read as one. (Claude Code docs, marketplace reference, read 2026-11)
 */
export const marketplace: Layout = {
  what: `a Claude Code marketplace (${FILE})`,
  fits: (paths) => paths.has(FILE),

  async read(found) {
    const root = await found.json(FILE);
    const list = member(root, "plugins");
    if (list === undefined) throw root.fault("has no plugins");
    const offers = items(list).map((part) => offerOf(part, root));
    const [only] = offers;
    if (only === undefined) throw list.fault("has no plugins");
    if (offers.every((offer) => offer.folder === "")) return readTogether(root, offers, found);
    if (offers.length > 1 || only.folder === undefined) throw choose(offers, found);
    return readOffer(only, found);
  },
};

interface Offer {
  readonly name: string;
  /** In this tree, "" is the top; undefined: it lies elsewhere. */
  readonly folder: string | undefined;
  /** Where it lies elsewhere, as far as that can be said. */
  readonly elsewhere: string;
  readonly part: Part;
}

function offerOf(part: Part, root: Part): Offer {
  const name = textAt(part, "name");
  const source = member(part, "source");
  if (name === undefined) throw part.fault("must have a name");
  if (source === undefined) throw part.fault("must have a source");
  if (typeof source.value !== "string") return { name, folder: undefined, elsewhere: addressOf(source), part };
  const metadata = member(root, "metadata");
  const base = metadata === undefined ? undefined : member(metadata, "pluginRoot");
  const above = base === undefined || asText(source).startsWith("./") ? "" : asInsidePath(base);
  const folder = asInsidePath(source);
  return { name, folder: [above, folder].filter((each) => each !== "").join("/"), elsewhere: "", part };
}

/** What `atk add` takes for a source that lies elsewhere. */
function addressOf(source: Part): string {
  const repository = textAt(source, "repo");
  const url = repository === undefined ? textAt(source, "url") : `https://github.com/${repository}`;
  const packageName = textAt(source, "package");
  if (url === undefined)
    return packageName === undefined ? "a place that atk cannot name" : `npm:${oneLine(packageName, 100)}`;
  const [path, ref] = [textAt(source, "path"), textAt(source, "ref")];
  return oneLine(`${url}${path === undefined ? "" : `//${path}`}${ref === undefined ? "" : `#${ref}`}`, 200);
}

function choose(offers: readonly Offer[], found: Found): AtkError {
  const words = offers.map(({ folder, elsewhere }) => (folder === undefined ? elsewhere : `//${folder}`));
  const problems = offers.map(({ name }, at) => ({ message: `${oneLine(name, 60)}: ${words[at] ?? ""}` }));
  const first = offers.find(({ folder }) => folder !== undefined && folder !== "")?.folder;
  const message = `a marketplace of ${offers.length === 1 ? "one plugin that lies elsewhere" : `${offers.length} plugins, not one plugin`} (${listed(offers.map((offer) => offer.name))})`;
  const hint =
    first === undefined
      ? "add one of them by its own address"
      : `name one of them: put //${first} behind the address (or its folder behind the path)`;
  const { message: whole, at } = found.fault(message, { path: FILE, hint }) as AtkError;
  return new AtkError("E_PLUGIN_INVALID", whole, { at, hint, problems });
}

/** Its own plugin.json says most; what it lacks is in the marketplace's entry. */
async function readOffer(offer: Offer, found: Found): Promise<Reading> {
  const folder = offer.folder ?? "";
  const start = `${folder}/`;
  const paths = new Set([...found.paths].flatMap((path) => (path.startsWith(start) ? [path.slice(start.length)] : [])));
  if (paths.size === 0)
    throw offer.part.fault(`names the folder ${JSON.stringify(folder)}, and there is nothing in it`);
  const inside: Found = {
    ...found,
    paths,
    name: offer.name,
    text: (path) => found.text(start + path),
    json: (path) => found.json(start + path),
    fault: (message, { path, hint } = {}) =>
      found.fault(message, {
        ...(path === undefined ? {} : { path: start + path }),
        ...(hint === undefined ? {} : { hint }),
      }),
  };
  return {
    ...(await readClaude(paths.has(CLAUDE_MANIFEST) ? await inside.json(CLAUDE_MANIFEST) : offer.part, inside)),
    folder,
  };
}

/** Several entries over one folder differ only in the skills they name. */
async function readTogether(root: Part, offers: readonly Offer[], found: Found): Promise<Reading> {
  const [only, ...others] = offers;
  if (only === undefined || others.length === 0)
    return readClaude(only?.part ?? root, { ...found, name: only?.name ?? found.name });
  const readings = await Promise.all(offers.map((offer) => readClaude(offer.part, found)));
  const files = new Map(readings.flatMap((reading) => reading.files.map((file) => [file.path, file] as const)));
  const skills = new Set(readings.flatMap(({ plugin }) => (plugin["skills"] as readonly string[] | undefined) ?? []));
  const servers = readings.find(({ plugin }) => serversIn(plugin) !== "{}");
  const taken = serversIn(servers?.plugin ?? {});
  const without = offers.filter((_offer, at) => ![taken, "{}"].includes(serversIn(readings[at]?.plugin ?? {})));
  const names = offers.map((offer) => offer.name);
  return {
    plugin: {
      ...servers?.plugin,
      name: oneLine(textAt(root, "name") ?? found.name, 100),
      description: oneLine(`${listed(names)}, from one marketplace`),
      ...(skills.size === 0 ? {} : { skills: [...skills].sort() }),
    },
    files: [...files.values()],
    remarks: [
      `the plugins ${listed(names)} share one folder and are read as one plugin.`,
      ...(without.length === 0
        ? []
        : [`the servers of ${listed(without.map((offer) => offer.name))} are left out: other entries have others.`]),
      ...new Set(readings.flatMap((reading) => reading.remarks)),
    ],
  };
}

function serversIn({ mcp = null, mcp_servers: several = null }: JsonObject): string {
  return mcp === null && several === null ? "{}" : canonical({ mcp, several });
}
