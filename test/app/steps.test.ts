import { describe, expect, it } from "vitest";
import { createContext, PARTS_AT_ONCE } from "../../src/app/context.ts";
import { workspaceAt } from "../../src/app/workspace.ts";
import { createMemoryHost } from "../../src/host/memory-host.ts";

const HOME = "/home/mia/.atk";

async function contextWith(env: Readonly<Record<string, string>>): ReturnType<typeof createContext> {
  const host = createMemoryHost({ files: { [`${HOME}/atk.yaml`]: "" }, machine: { env } });
  const workspace = await workspaceAt(host, HOME, { tags: [], clientHomes: {} }, HOME);
  return createContext(host, workspace, () => undefined);
}

describe("parts of the work", () => {
  it("go on at the same time, at most eight at once, and each ends for itself", async () => {
    const { steps } = await contextWith({});
    let going = 0;
    let most = 0;
    const parts = Array.from({ length: 20 }, (_, at) => ({
      title: `part ${at}`,
      work: async () => {
        going += 1;
        most = Math.max(most, going);
        await new Promise((resolve) => setImmediate(resolve));
        going -= 1;
        if (at === 3) throw new Error("this one cannot be reached");
        return at;
      },
    }));
    const ends = await steps(parts);
    expect(most).toBe(PARTS_AT_ONCE);
    expect(ends.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(1);
    expect(ends[19]).toEqual({ status: "fulfilled", value: 19 });
  });
});

describe("ATK_OFFLINE", () => {
  it.each([
    ["1", true],
    ["true", true],
    ["0", false],
    ["", false],
  ])("%j means that the network is not used: %j", async (value, offline) => {
    expect((await contextWith({ ATK_OFFLINE: value })).offline).toBe(offline);
  });
});
