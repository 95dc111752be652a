import type { Invocation } from "./command.ts";
import { runChange } from "./change-command.ts";
import { openContext, type Session } from "./session.ts";

/** `enable` and `disable`: one field of the entry. */
export async function switchPlugin(
  how: { readonly verb: string; readonly enabled: boolean },
  invocation: Invocation,
  session: Session,
): Promise<number> {
  const { editing, requirePlugin } = await import("../app/edits.ts");
  const { setEnabled } = await import("../manifest/edit-manifest.ts");
  const context = await openContext(session);
  const [name = ""] = invocation.args;
  return runChange(
    {
      selection: { names: [name] },
      message: `${how.verb} plugin '${name}'`,
      edit: async (inputs) => {
        requirePlugin(name, inputs);
        return editing(context, (text, file) => setEnabled(text, name, how.enabled, file))(inputs);
      },
    },
    invocation,
    session,
    context,
  );
}
