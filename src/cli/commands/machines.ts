import { EXIT } from "../../core/error-codes.ts";
import { OFFLINE, type Command } from "../command.ts";
import { openHome, outJson, sayEvent } from "../session.ts";

export const command: Command = {
  name: "machines",
  summary: "show the machines of this home: who is behind, who drifted, who failed",
  options: [{ flags: "--no-fetch", summary: "do not ask the remote: show what was fetched last" }, OFFLINE],
  details:
    "Each machine tells the others what it has when it syncs, on the branch atk/machines of the same remote. It tells no secret, no path and no value.\nWhere the remote does not answer, what was fetched last is shown.",
  async run({ options }, session) {
    const { readFleet } = await import("../../app/machines/fleet.ts");
    const fleet = await readFleet({ fetch: !options.isOff("fetch") }, await openHome(session));
    const { problem } = fleet.fetched;
    if (problem !== undefined)
      sayEvent(session, { type: "warning", message: problem, hint: "this is what was fetched last" });
    const { fleetJson, showFleet } = await import("../show-fleet.ts");
    if (session.json) outJson(session, fleetJson(fleet));
    else session.out(showFleet(fleet));
    return EXIT.ok;
  },
};
