import type { ServiceDriver, ServiceSpec } from "../services/service.ts";
import type { Context } from "./context.ts";

/**
 * How a service is run: by its type, but for what the plugin has commands of its own for. A plugin that brings a start command and no
 * status command is asked by its type as well: `docker compose up -d` is followed by what Compose says.
 * `secrets`: values that must not be seen in the errors of its start.
 */
export async function driverOf(
  { definition, commands }: ServiceSpec,
  context: Context,
  secrets: readonly string[] = [],
): Promise<ServiceDriver> {
  const [own, { scriptDriver: script }] = await Promise.all([
    loadDriver(definition.type, context, secrets),
    import("../services/script/script-driver.ts"),
  ]);
  return {
    type: definition.type,
    start: commands.start === undefined ? own.start : script.start,
    stop: commands.stop === undefined ? own.stop : script.stop,
    observe: commands.status === undefined ? own.observe : script.observe,
    logs: commands.logs === undefined ? own.logs : script.logs,
  };
}

async function loadDriver(
  type: ServiceSpec["definition"]["type"],
  context: Context,
  secrets: readonly string[],
): Promise<ServiceDriver> {
  switch (type) {
    case "docker": {
      const { createDockerDriver } = await import("../services/containers/docker-driver.ts");
      return createDockerDriver({ digest: context.digest }) as ServiceDriver;
    }
    case "docker-compose":
      return (await import("../services/containers/compose-driver.ts")).composeDriver as ServiceDriver;
    case "process": {
      const { createProcessDriver, supervisorProgram } = await import("../services/process/process-driver.ts");
      return createProcessDriver({ supervisor: supervisorProgram(), hide: () => secrets }) as ServiceDriver;
    }
    case "systemd": {
      const { createSystemdDriver } = await import("../services/units/systemd-driver.ts");
      return createSystemdDriver() as ServiceDriver;
    }
    case "launchd": {
      const { createLaunchdDriver } = await import("../services/units/launchd-driver.ts");
      return createLaunchdDriver() as ServiceDriver;
    }
    case "script":
      return (await import("../services/script/script-driver.ts")).scriptDriver;
  }
}
