import type { Command } from '../command.ts';
import { agent } from './agent.ts';
import { completion } from './completion.ts';
import { configCheck, configPrint, configSchema } from './config.ts';
import { cordon } from './cordon.ts';
import { demo } from './demo.ts';
import { dockerMigrateData } from './docker-migrate-data.ts';
import { doctor } from './doctor.ts';
import { drain } from './drain.ts';
import { explain } from './explain.ts';
import { failover } from './failover.ts';
import { fleet } from './fleet.ts';
import { incidents } from './incidents.ts';
import { maintain } from './maintain.ts';
import { pause } from './pause.ts';
import { rbac } from './rbac.ts';
import { reclaim } from './reclaim.ts';
import { record } from './record.ts';
import { reset } from './reset.ts';
import { resume } from './resume.ts';
import { status } from './status.ts';
import { thresholds } from './thresholds.ts';
import { tuneEviction } from './tune.ts';
import { tuneDocker } from './tune-docker.ts';
import { uncordon } from './uncordon.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  agent,
  doctor,
  status,
  thresholds,
  reclaim,
  tuneEviction,
  tuneDocker,
  dockerMigrateData,
  failover,
  incidents,
  fleet,
  cordon,
  drain,
  uncordon,
  maintain,
  pause,
  resume,
  reset,
  explain,
  record,
  rbac,
  demo,
  configCheck,
  configPrint,
  configSchema,
  completion(() => commands),
];
