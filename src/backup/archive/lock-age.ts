import { AtkError } from "../../core/errors.ts";
import { damaged } from "../backup-fault.ts";
import type { Bytes } from "./streams.ts";

/** Encrypted for each public key (`age1...`); the program `age` opens it. About 64 KiB are held. */
export async function* encryptBytes(source: Bytes, keys: readonly string[]): Bytes {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const key of keys) encrypter.addRecipient(key);
  yield* chunksOf(await encrypter.encrypt(streamOf(source)));
}

/** @throws AtkError E_ENV when it was encrypted for others, E_DAMAGED when it was changed or cut */
export async function* decryptBytes(source: Bytes, secretKey: string): Bytes {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addIdentity(secretKey);
  const guard = guarded(source);
  try {
    yield* chunksOf(await decrypter.decrypt(streamOf(guard.bytes)));
  } catch (error) {
    throw guard.fault() ?? ageFault(error);
  }
}

/** Faults of the place it comes from are told as they are, not as those of the cipher. */
function guarded(source: Bytes): { readonly bytes: Bytes; fault(): unknown } {
  let fault: unknown;
  const bytes = async function* (): Bytes {
    try {
      yield* source;
    } catch (error) {
      fault = error;
      throw error;
    }
  };
  return { bytes: bytes(), fault: () => fault };
}

function ageFault(error: unknown): AtkError {
  if (error instanceof AtkError) return error;
  const said = error instanceof Error ? error.message : "";
  if (said.startsWith("no identity matched"))
    return new AtkError(
      "E_ENV",
      "the backup is encrypted for other machines: this machine's identity does not open it",
      {
        hint: "restore it on a machine that had access when it was made, or bring that machine's identity: docs/backups.md",
      },
    );
  return damaged("the encrypted backup was changed, or cut: age does not open it to its end");
}

function streamOf(source: Bytes): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        // The library keeps what it is given; a buffer that is filled again would change under it.
        else controller.enqueue(Uint8Array.from(value));
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): Bytes {
  for await (const chunk of stream) yield chunk;
}
