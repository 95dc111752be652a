/** Something on this machine that is not taken over, and why. */
export interface LeftAlone {
  readonly noun: "mcp_server" | "skill" | "instruction";
  /** Its name in the client's file, or the file itself where nothing in it can be read. */
  readonly name: string;
  readonly agents: readonly string[];
  readonly file: string;
  readonly reason: string;
  readonly next?: string;
  /** A secret stands in it in clear. */
  readonly hasSecret?: true;
}
