import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { identityOf, lifeOf, lookWithPs, thisProcess } from "../../src/host/process-identity.ts";

describe("the identity of a process", () => {
  it("tells whether it still runs", async () => {
    const child = spawn("sleep", ["1000"], { stdio: "ignore" });
    const identity = identityOf(child.pid ?? 0);
    expect(lifeOf(identity)).toBe("alive");
    child.kill("SIGKILL");
    await once(child, "close");
    expect(lifeOf(identity)).toBe("gone");
  });

  it("is not that of another process with the same number", () => {
    expect(lifeOf(thisProcess())).toBe("alive");
    expect(lifeOf({ ...thisProcess(), started: "another time" })).toBe("gone");
  });

  it("of another process table tells nothing", () => {
    expect(lifeOf({ ...thisProcess(), table: "elsewhere" })).toBe("unknown");
  });

  it.skipIf(process.platform === "win32")("can be had from ps, the same in every time zone", () => {
    const seen = lookWithPs(process.pid);
    expect(seen).toMatchObject({ ended: false, started: expect.stringMatching(/^\w{3} \w{3} \d+ [\d:]{8} \d{4}$/) });
    const zone = process.env["TZ"];
    process.env["TZ"] = "Asia/Tokyo";
    expect(lookWithPs(process.pid)).toEqual(seen);
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    expect(lookWithPs(2 ** 22 + 1)).toBeUndefined();
  });
});
