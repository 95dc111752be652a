import type { ListedRegistry } from "../app/registries/list-registries.ts";
import { ERRORS, EXIT, type ErrorCode } from "../core/error-codes.ts";
import { printable } from "./paint.ts";
import { outJson, type Session } from "./session.ts";
import { table } from "./table.ts";

/** A table on stdout, what is wrong with each on stderr. Gives the exit code: that of the first one that cannot be used or reached. */
export function showRegistries(registries: readonly ListedRegistry[], session: Session): number {
  if (session.json) outJson(session, registries);
  else session.out(table(["NAME", "PRIORITY", "PLUGINS", "SIGNED", "FETCHED", "FROM"], registries.map(row)));
  for (const { name, stale, fault } of session.json ? [] : registries) {
    if (stale !== undefined) session.say(printable(`! ${name}: the index is an old one: ${stale}`));
    if (fault !== undefined)
      session.say(printable(`! ${name}: ${fault.message}${fault.hint === undefined ? "" : `\n  next: ${fault.hint}`}`));
  }
  const code = registries.find((each) => each.fault !== undefined)?.fault?.code;
  if (code !== undefined) return ERRORS[code as ErrorCode].exit;
  return registries.some((each) => each.stale !== undefined) ? EXIT.git : EXIT.ok;
}

function row({ name, priority, plugins, signed, fetched, url, type }: ListedRegistry): readonly string[] {
  const when = fetched?.slice(0, 16).replace("T", " ") ?? "-";
  return [name, String(priority), String(plugins ?? "-"), signed ? "yes" : "-", when, url ?? type];
}
