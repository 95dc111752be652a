import { readState, stateFile } from "../../state-store.ts";
import type { Check } from "../check.ts";

export const state: Check = {
  id: "state",
  title: "State of this machine",
  about: "home",
  async examine({ host, workspace }) {
    const { resources } = await readState(host.files, workspace);
    const count = Object.keys(resources).length;
    return [
      {
        state: "ok",
        detail: `${count} ${count === 1 ? "thing" : "things"} of atk's on this machine`,
        at: { file: stateFile(workspace) },
      },
    ];
  },
};
