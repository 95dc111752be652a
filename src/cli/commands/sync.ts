import { DRY_RUN, OFFLINE, ON_DRIFT, YES, type Command } from "../command.ts";

export const command: Command = {
  name: "sync",
  summary: "bring this machine, the home and its remote together",
  options: [
    YES,
    DRY_RUN,
    { flags: "--no-push", summary: "take in what the remote has, push nothing" },
    {
      flags: "--answer <id=side>",
      summary: "answer a question: ID=ours keeps what is here, ID=theirs takes the remote's (may be repeated)",
      isRepeatable: true,
    },
    { flags: "--prefer <side>", summary: "answer all questions: ours or theirs" },
    ON_DRIFT,
    OFFLINE,
    { flags: "--timeout <seconds>", summary: "longest wait for the remote (default 60)" },
    { flags: "--accept-rewritten", summary: "take a remote history that was rewritten, with your own edits on it" },
    { flags: "--accept-unrelated", summary: "join two homes that share no commit" },
    { flags: "--continue", summary: "the same as without: a sync always goes on where the last one stopped" },
    { flags: "--abort", summary: "end what a sync that was stopped half way has left" },
    { flags: "--install-timer", summary: "sync by itself: writes sync: { schedule } to the manifest" },
    { flags: "--schedule <when>", summary: "with --install-timer: hourly (default), daily 03:30, 6h, ..." },
    { flags: "--remove-timer", summary: "no longer sync by itself" },
  ],
  details:
    "Commits your edits of atk.yaml, fetches, merges by meaning, shows the plan, asks, applies, pushes.\nThe same field changed here and there is asked about; without a terminal the questions are listed and the exit code is 11.\nWith --yes only what policy.unattended allows is done. Safe to stop at any moment: the next sync goes on.",
  async run(invocation, session) {
    const { options } = invocation;
    const words = await import("../sync-words.ts");
    if (options.flag("installTimer") || options.flag("removeTimer")) return words.changeTimer(invocation, session);
    if (options.flag("abort")) return words.abort(session);
    return words.runSync(invocation, session);
  },
};
