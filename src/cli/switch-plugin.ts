import type { Invocation } from "./command.ts";
import { runChange } from "./change-command.ts";
import { openContext, type Session } from "./session.ts";

/** `enable` and `disable`: one field of the entry. */
export async function switchPlugin(
  how: { readonly verb: string; readonly enabled: boolean },
  invocation: Invocation,
  session: Session,
): Promise<number> {
  const { editing, requireEntry } = await import("../app/edits.ts");
  const { readInputs } = await import("../app/inputs.ts");
  const { setEnabled } = await import("../manifest/edit-manifest.ts");
  const context = await openContext(session);
  const [name = ""] = invocation.args;
  const before = await readInputs(context);
  const { noun } = requireEntry(name, before);
  (await import("../app/machines/override-notice.ts")).sayOverride(name, "enabled", before, context);
  return runChange(
    {
      selection: { names: [name] },
      message: `${how.verb} ${noun} '${name}'`,
      edit: async (inputs) => {
        requireEntry(name, inputs);
        return editing(context, (text, file) => setEnabled(text, name, how.enabled, file))(inputs);
      },
    },
    invocation,
    session,
    context,
  );
}
