/** The commands that hints name. */
export const NEXT = {
  set: (name: string) => `atk secret set ${name}`,
  request: "atk secret request",
  approve: (machine: string) => `on a machine that has access: atk secret approve ${machine}`,
} as const;
