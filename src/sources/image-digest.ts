import { AtkError } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import type { SourceContext } from "./context.ts";
import { readImage } from "./image-reference.ts";

const TIMEOUT_MS = 60_000;

/** How each program is asked for the digest that a tag means now, without fetching the image. */
interface Inspector {
  readonly program: string;
  readonly args: (image: string) => readonly string[];
  /** `sha256:<hex>` from what it printed. */
  readonly read: (stdout: string) => string | undefined;
}

const INSPECTORS: readonly Inspector[] = [
  // The digest of what the tag names, the list of platforms where there is one. (docker buildx imagetools inspect)
  {
    program: "docker",
    args: (image) => ["buildx", "imagetools", "inspect", image, "--format", "{{json .Manifest}}"],
    read: (stdout) => digestOf(parsed(stdout)),
  },
  {
    program: "skopeo",
    args: (image) => ["inspect", "--format", "{{.Digest}}", `docker://${image}`],
    read: plainDigest,
  },
  // Without buildx: docker and podman know digests of images that they have.
  {
    program: "docker",
    args: (image) => ["image", "inspect", "--format", "{{json .RepoDigests}}", image],
    read: repoDigest,
  },
  {
    program: "podman",
    args: (image) => ["image", "inspect", "--format", "{{json .RepoDigests}}", image],
    read: repoDigest,
  },
];

/**
 * The digest an image reference means: its own, or what docker, skopeo or podman say of the tag. Nothing is fetched or started.
 * @throws AtkError E_PROGRAM when none of them is there, E_SOURCE in their words.
 */
export async function imageDigest(image: string, context: SourceContext): Promise<string> {
  const written = readImage(image)?.digest;
  if (written !== undefined) return written;
  if (context.offline === true)
    throw new AtkError("E_SOURCE", `the digest of image ${image} is not known here, and the network is not to be used`);
  const faults: string[] = [];
  for (const { program, args, read } of INSPECTORS) {
    if ((await context.host.programs.find(program)) === undefined) continue;
    const result = await context.host.programs.run({ command: program, args: args(image), timeoutMs: TIMEOUT_MS });
    const digest = result.exitCode === 0 ? read(result.stdout) : undefined;
    if (digest !== undefined) return digest;
    const said = result.timedOut ? `no answer within ${TIMEOUT_MS / 1000} s` : lastLine(result.stderr);
    faults.push(`${program} ${args(image)[0]}: ${said === "" ? "it named no digest" : said}`);
  }
  if (faults.length > 0)
    throw new AtkError("E_SOURCE", `cannot find out what image ${image} is: ${faults.join("; ")}`, {
      hint: `docker pull ${image}, or name it by its digest: NAME@sha256:...`,
    });
  throw new AtkError("E_PROGRAM", `cannot find out what image ${image} is: there is no docker, podman or skopeo here`, {
    hint: "install one of them, or name the image by its digest: NAME@sha256:...",
  });
}

/** What the image will be started with on this machine. */
export async function imageRuntime({ host }: SourceContext): Promise<"docker" | "podman" | undefined> {
  for (const program of ["docker", "podman"] as const) {
    if ((await host.programs.find(program)) !== undefined) return program;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digestOf(value: unknown): string | undefined {
  return isObject(value) && typeof value["digest"] === "string" ? plainDigest(value["digest"]) : undefined;
}

function plainDigest(text: string): string | undefined {
  return /^\s*(sha256:[0-9a-f]{64})\s*$/.exec(text)?.[1];
}

/** `["ghcr.io/acme/server@sha256:..."]` */
function repoDigest(text: string): string | undefined {
  const list = parsed(text);
  const [first]: readonly unknown[] = Array.isArray(list) ? list : [];
  return typeof first === "string" ? plainDigest(first.slice(first.indexOf("@") + 1)) : undefined;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
