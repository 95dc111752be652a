import type { Wish } from "./desire.ts";
import { textDigest, type Inputs } from "./inputs.ts";
import type { Shortcuts } from "./shortcuts.ts";

/** What the next run need not parse again. */
export function shortcutsOf(inputs: Inputs, wish: Wish): Shortcuts {
  const definitions = wish.plugins.flatMap((plugin) =>
    "fault" in plugin ? [] : [[plugin.shortcut, plugin.written ?? plugin.definition] as const],
  );
  return {
    manifests: { [textDigest(inputs.manifestText)]: inputs.written },
    definitions: Object.fromEntries(definitions),
  };
}
