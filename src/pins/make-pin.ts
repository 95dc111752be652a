import { unpinned, type Pinned, type PinContext } from "./pin-context.ts";
import type { Fetched } from "./read-command.ts";

/** What a command fetches, as exact content. May use the network and start npm, uv, docker. @throws AtkError E_POLICY */
export async function makePin(fetched: Fetched, context: PinContext): Promise<Pinned> {
  switch (fetched.type) {
    case "npm":
      return (await import("./resolve-npm.ts")).resolveNpm(fetched, context);
    case "pypi":
      return (await import("./resolve-pypi.ts")).resolvePypi(fetched, context);
    case "image":
      return (await import("./resolve-image.ts")).resolveImage(fetched.image, context);
    case "unclear":
      return unpinned(fetched.reason);
  }
}
