import { unpinned, type Pinned, type PinContext } from "./pin-context.ts";

const TIMEOUT_MS = 60_000;
const DIGEST = /sha256:[0-9a-f]{64}/;

/** Who can say the digest of an image, the registry's own first; the last two know only images that are on this machine. */
const WAYS: readonly { readonly program: string; readonly args: (image: string) => readonly string[] }[] = [
  {
    program: "docker",
    args: (image) => ["buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"],
  },
  { program: "skopeo", args: (image) => ["inspect", "--format", "{{.Digest}}", `docker://${image}`] },
  { program: "docker", args: (image) => ["image", "inspect", image, "--format", '{{join .RepoDigests " "}}'] },
  { program: "podman", args: (image) => ["image", "inspect", image, "--format", "{{.Digest}}"] },
];

/** The digest that an image's tag means today. One that is written is the pin already. */
export async function resolveImage(image: string, { host }: PinContext): Promise<Pinned> {
  const written = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  if (written !== undefined) return { pin: { type: "image", image, digest: written } };
  let said = "neither docker, podman nor skopeo is on this machine";
  for (const { program, args } of WAYS) {
    if ((await host.programs.find(program)) === undefined) continue;
    const { exitCode, stdout, stderr } = await host.programs.run({
      command: program,
      args: args(image),
      timeoutMs: TIMEOUT_MS,
    });
    const digest = exitCode === 0 ? DIGEST.exec(stdout)?.[0] : undefined;
    if (digest !== undefined) return { pin: { type: "image", image, digest } };
    said = `${program} knows no digest of ${image}: ${(stderr.trim().split("\n").at(-1) ?? "").slice(0, 200)}`;
  }
  return unpinned(said);
}
