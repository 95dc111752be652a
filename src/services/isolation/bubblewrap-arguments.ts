import { LEAST_SANDBOX } from "./least-sandbox.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * bubblewrap's arguments, up to and with `--`. Later mounts lie over earlier ones, so this order is what keeps secrets unseen:
 * what is replaced, what is shown again, what of that is masked, the plugin, what of the plugin is sealed.
 */
export function bubblewrapArguments(sandbox: Sandbox, cwd: string, options: readonly string[]): readonly string[] {
  const { plugin, writable, shown, links, masked, sealed } = sandbox;
  return [
    ...LEAST_SANDBOX,
    ...homeArguments(sandbox),
    ...shown.flatMap(({ source, target }) => ["--ro-bind-try", source, target]),
    ...links.flatMap(({ source, target }) => ["--symlink", source, target]),
    ...masked.flatMap(({ path, type }) => (type === "file" ? ["--ro-bind", "/dev/null", path] : ["--tmpfs", path])),
    "--ro-bind",
    plugin,
    plugin,
    ...writable.flatMap((path) => ["--bind", path, path]),
    ...sealed.flatMap(({ path, exists }) =>
      exists ? ["--ro-bind", path, path] : ["--tmpfs", path, "--remount-ro", path],
    ),
    ...options,
    "--chdir",
    cwd,
    "--",
  ];
}

/**
 * The home is not shown: it holds keys, tokens and the logins of every other program, and no rule knows all of them. Programs that insist on
 * a home get an empty one.
 */
function homeArguments({ home, keptHome }: Sandbox): readonly string[] {
  if (home === undefined) return [];
  return keptHome === undefined ? ["--tmpfs", home] : ["--bind", keptHome, home];
}
