import type { Check } from "./check.ts";
import { agents } from "./checks/agents.ts";
import { backups } from "./checks/backups.ts";
import { clock } from "./checks/clock.ts";
import { diskSpace } from "./checks/disk-space.ts";
import { folders } from "./checks/folders.ts";
import { git } from "./checks/git.ts";
import { isolation } from "./checks/isolation.ts";
import { letterCase } from "./checks/letter-case.ts";
import { lock } from "./checks/lock.ts";
import { node } from "./checks/node.ts";
import { openWork } from "./checks/open-work.ts";
import { permissions } from "./checks/permissions.ts";
import { plugins } from "./checks/plugins.ts";
import { programs } from "./checks/programs.ts";
import { repository } from "./checks/repository.ts";
import { state } from "./checks/state.ts";
import { trackedSecrets } from "./checks/tracked-secrets.ts";

/** Every check, in the order in which their findings are shown: what is nearest to the user's work first. */
export const CHECKS: readonly Check[] = [
  lock,
  plugins,
  programs,
  agents,
  state,
  openWork,
  backups,
  permissions,
  trackedSecrets,
  repository,
  git,
  node,
  folders,
  diskSpace,
  letterCase,
  clock,
  isolation,
];
