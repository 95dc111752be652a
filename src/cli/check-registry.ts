import { resolve } from "node:path";
import { EXIT } from "../core/error-codes.ts";
import { showPlace } from "../core/errors.ts";
import { outJson, type Session } from "./session.ts";

/** `registry index` and `registry validate`: the two checks a registry's own CI runs. Exit 5 when something is wrong. */
export async function checkRegistry(
  verb: "index" | "validate",
  directory: string | undefined,
  session: Session,
): Promise<number> {
  const { registryProblems, writeIndex } = await import("../app/registry-check.ts");
  const { registryDirectory } = await import("../app/plugin-source.ts");
  const folder =
    directory === undefined ? registryDirectory() : resolve(session.host.machine.workingDirectory, directory);
  if (verb === "index") {
    const plugins = await writeIndex(folder, session.host);
    if (session.json) outJson(session, { directory: folder, plugins });
    else session.say(`${plugins} plugins indexed in ${folder}`);
    return EXIT.ok;
  }
  const problems = await registryProblems(folder, session.host);
  if (session.json) outJson(session, { directory: folder, problems });
  for (const { message, at } of session.json ? [] : problems)
    session.out(`${at === undefined ? "" : `${showPlace(at)}: `}${message}`);
  if (problems.length === 0) session.say(`${folder}: every plugin is valid and the index is fresh`);
  return problems.length === 0 ? EXIT.ok : EXIT.invalid;
}
