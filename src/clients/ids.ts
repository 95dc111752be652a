import { clients } from "./index.generated.ts";

/** Ids of all clients atk knows, sorted. */
export const clientIds: readonly string[] = clients.map((client) => client.id);
