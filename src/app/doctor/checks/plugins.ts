import type { Context } from "../../context.ts";
import type { LoadedPlugin } from "../../load-plugins.ts";
import { pluginVariables } from "../../plugin-variables.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";
import { problemsOf } from "../home-findings.ts";

export const plugins: Check = {
  id: "plugins",
  title: "Plugin",
  about: "manifest",
  async examine(home) {
    const loaded = (await home.plugins()).filter(({ entry }) => entry.enabled && home.setting.matches(entry.when));
    const answers = await Promise.all(loaded.map((plugin) => judge(plugin, home.context)));
    return answers.flat();
  },
};

async function judge(plugin: LoadedPlugin, context: Context): Promise<readonly Answer[]> {
  const subject = plugin.entry.name;
  // What is not locked is the lock's finding.
  if ("fault" in plugin)
    return plugin.fault.code === "E_LOCK" ? [] : problemsOf(plugin.fault).map((each) => ({ subject, ...each }));
  const { missing } = await pluginVariables(plugin, context);
  if (missing.length === 0) return [{ subject, state: "ok", detail: "complete" }];
  const detail = `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} required and not set`;
  return [{ subject, state: "problem", detail, fix: `put the values into ${plugin.directory}/.env` }];
}
