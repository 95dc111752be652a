import { isObject, type JsonObject } from "../core/json.ts";
import { readImage } from "./image-reference.ts";
import { isExactVersion } from "./npm-package.ts";
import { environmentOf, wordsOf, type Inputs } from "./server-json-inputs.ts";
import { objectsOf, oneLine, textOf, valueOf } from "./server-json.ts";

/** How a server is started. */
export interface StdioServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | null>>;
}

interface Package {
  readonly json: JsonObject;
  readonly identifier: string;
  readonly version: string | undefined;
}

type Starter = (found: Package, env: StdioServer["env"], inputs: Inputs) => Omit<StdioServer, "env"> | string;

const STARTERS: Readonly<Record<string, Starter>> = { npm, pypi, oci, docker: oci, nuget };

/** How a package of a server.json is started at its exact version; a text says why it cannot be. */
export function startPackage(json: JsonObject, inputs: Inputs): StdioServer | string {
  const type = textOf(json, "registryType") ?? textOf(json, "registryName") ?? "unknown";
  const identifier = textOf(json, "identifier") ?? textOf(json, "name") ?? "";
  const shown = oneLine(`${type} package ${identifier}`);
  const transport = valueOf(json, "transport");
  const way = isObject(transport) ? (textOf(transport, "type") ?? "stdio") : "stdio";
  if (way !== "stdio") return `${shown}: it speaks ${way}, so it would have to be running already`;
  if (type === "mcpb") return `${shown}: a bundle is added by its address: ${bundleCommand(json, identifier)}`;
  const start = Object.hasOwn(STARTERS, type) ? STARTERS[type] : undefined;
  if (start === undefined) return `${shown}: packages of type ${oneLine(type)} are not known`;
  const env = environmentOf(json, inputs);
  const started = start({ json, identifier, version: textOf(json, "version") }, env, inputs);
  return typeof started === "string" ? `${shown}: ${started}` : { ...started, env };
}

function bundleCommand(json: JsonObject, identifier: string): string {
  const sha256 = textOf(json, "fileSha256");
  return oneLine(`atk add ${identifier}${sha256 === undefined ? "" : `#sha256=${sha256}`}`);
}

function npm(
  { json, identifier, version = "" }: Package,
  _env: StdioServer["env"],
  inputs: Inputs,
): ReturnType<Starter> {
  if (!/^(@[\w.~-]+\/)?[\w~][\w.~-]*$/.test(identifier)) return "it is not the name of an npm package";
  if (!isExactVersion(version)) return "it names no exact version";
  const before = wordsOf(objectsOf(json, "runtimeArguments"), inputs).filter(
    (word) => word !== "-y" && word !== "--yes",
  );
  return { command: "npx", args: ["-y", ...before, `${identifier}@${version}`, ...ownWords(json, inputs)] };
}

function pypi(
  { json, identifier, version = "" }: Package,
  _env: StdioServer["env"],
  inputs: Inputs,
): ReturnType<Starter> {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(identifier)) return "it is not the name of a Python package";
  if (!/^\d+(\.\d+)*[\w.+!-]*$/.test(version)) return "it names no exact version";
  const before = wordsOf(objectsOf(json, "runtimeArguments"), inputs);
  return { command: "uvx", args: [...before, `${identifier}@${version}`, ...ownWords(json, inputs)] };
}

/** Before 2025-10 the tag stood in `version`, since then in the identifier. */
function oci({ json, identifier, version }: Package, env: StdioServer["env"], inputs: Inputs): ReturnType<Starter> {
  const reference = readImage(identifier);
  if (reference === undefined) return "it is not the name of an image";
  const isTagged = reference.tag !== undefined || reference.digest !== undefined;
  if (!isTagged && (version === undefined || version === "latest")) return "it names no exact version";
  const image = isTagged ? identifier : `${identifier}:${version}`;
  const passed = Object.keys(env).flatMap((name) => ["-e", name]);
  const before = wordsOf(objectsOf(json, "runtimeArguments"), inputs).filter(
    (word) => word !== "-i" && word !== "--rm",
  );
  return { command: "docker", args: ["run", "-i", "--rm", ...passed, ...before, image, ...ownWords(json, inputs)] };
}

function nuget(
  { json, identifier, version = "" }: Package,
  _env: StdioServer["env"],
  inputs: Inputs,
): ReturnType<Starter> {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(identifier)) return "it is not the name of a NuGet package";
  if (!isExactVersion(version)) return "it names no exact version";
  const own = ownWords(json, inputs);
  return { command: "dnx", args: [`${identifier}@${version}`, "--yes", ...(own.length === 0 ? [] : ["--", ...own])] };
}

function ownWords(json: JsonObject, inputs: Inputs): readonly string[] {
  return wordsOf(objectsOf(json, "packageArguments"), inputs);
}
