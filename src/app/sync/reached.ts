import { AtkError } from "../../core/errors.ts";
import type { FetchResult } from "../../git/git-merging.ts";

/** @throws AtkError E_GIT when the remote cannot be asked */
export function reached(fetched: FetchResult): Extract<FetchResult, { state: "fetched" }> {
  if (fetched.state === "fetched") return fetched;
  if (fetched.state === "failed")
    throw new AtkError(
      "E_GIT",
      `cannot sync: ${fetched.remote} was not reached: ${fetched.message}; nothing was changed`,
      {
        hint: "check the network and the address (atk git remote -v); atk never asks for a password: use an ssh key or a credential helper",
      },
    );
  throw new AtkError("E_GIT", "cannot sync: the home has no remote to sync with", {
    hint: "atk git remote add origin URL, then atk sync",
  });
}
