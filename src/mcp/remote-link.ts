import { AtkError } from "../core/errors.ts";
import { redactText } from "../core/redact.ts";
import type { ConcreteServer } from "./concrete-server.ts";
import type { Link } from "./probe.ts";

type RemoteServer = Extract<ConcreteServer, { url: string }>;

const END_MS = 1000;

/** Connects to a server that runs already. Nothing is sent before the client starts the transport. */
export async function openRemote(server: RemoteServer): Promise<Link> {
  const { SSEClientTransport, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const options = { requestInit: { headers: { ...server.headers } } };
  const url = parseUrl(server);
  const transport =
    server.transport === "sse" ? new SSEClientTransport(url, options) : new StreamableHTTPClientTransport(url, options);
  return {
    transport,
    lost: new Promise(() => {}),
    witness: { stderr: () => "", garbage: () => undefined, settle: async () => {} },
    end: async () => {
      const end = async (): Promise<void> => {
        if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
        await transport.close();
      };
      await Promise.race([end().catch(() => {}), new Promise((done) => setTimeout(done, END_MS).unref())]);
      await transport.close().catch(() => {});
    },
  };
}

function parseUrl({ id, url }: RemoteServer): URL {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url);
  throw new AtkError(
    "E_COMMAND",
    `${id}: ${JSON.stringify(redactText(url, () => "hidden"))} is not an http or https address`,
  );
}
