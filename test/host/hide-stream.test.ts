import { execa } from "execa";
import fc from "fast-check";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { createHider } from "../../src/core/hide-values.ts";
import { createHideStream } from "../../src/host/hide-stream.ts";

const SECRET = "pässword-🔑-hunter2";

function through(chunks: readonly Uint8Array[]): Promise<Buffer> {
  return buffer(Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(createHideStream(createHider([SECRET]))));
}

describe("a stream of bytes", () => {
  it("comes without the known values, cut between any two bytes", async () => {
    const bytes = Buffer.from(`before ${SECRET} after é`);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect((await through([bytes.subarray(0, cut), bytes.subarray(cut)])).toString()).toBe("before (hidden) after é");
  });

  it("keeps every byte that is not of a value, UTF-8 or not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 }), async (chunks) => {
        expect(await through(chunks)).toEqual(Buffer.concat(chunks));
      }),
    );
  });

  it("keeps stray bytes right beside a value", async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xc3]), Buffer.from(SECRET), Buffer.from([0x80])]);
    expect(await through([bytes])).toEqual(
      Buffer.concat([Buffer.from([0xff, 0xc3]), Buffer.from("(hidden)"), Buffer.from([0x80])]),
    );
  });

  it("hides what a real program prints", async () => {
    const script = `process.stdout.write("key="); setImmediate(() => process.stdout.write(process.env.KEY + "\\n"))`;
    const child = execa(process.execPath, ["-e", script], { env: { KEY: SECRET }, buffer: false });
    const shown = await buffer(child.stdout.pipe(createHideStream(createHider([SECRET]))));
    expect(shown.toString()).toBe("key=(hidden)\n");
  });
});
