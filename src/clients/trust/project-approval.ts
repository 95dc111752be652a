import type { ReadHost } from "../../core/host.ts";
import type { Client, Notice } from "../client.ts";

/** For clients that keep their approvals where nobody else can read them: said for every project. */
export function projectApproval(client: string, hint: string): NonNullable<Client["notices"]> {
  return (_host: ReadHost, projectDirectory?: string): Promise<readonly Notice[]> =>
    Promise.resolve(
      projectDirectory === undefined
        ? []
        : [{ message: `${client} starts servers of a project only after approval`, hint }],
    );
}
