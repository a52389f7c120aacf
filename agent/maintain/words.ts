import { type MaintainRecord, type Stage, stagesOf } from '../../lib/maintain/record.ts';
import { printable } from '../../lib/model/printable.ts';
import type { MaintainEnd } from './work.ts';

const STAGE: Readonly<Record<Stage, string>> = {
  drain: 'drain',
  command: 'command',
  reboot: 'reboot',
  validate: 'validation',
  uncordon: 'uncordon',
};

const commandWords = ({ order }: MaintainRecord): string =>
  order.command.length === 0 ? 'a person' : printable(order.command.join(' '), 200);

/** `[2/5] command: yum -y update`. */
export function stageLine(stage: Stage, record: MaintainRecord): string {
  const stages = stagesOf(record.order);
  const about = stage === 'command' ? `: ${commandWords(record)}` : '';
  return `[${stages.indexOf(stage) + 1}/${stages.length}] ${STAGE[stage]}${about}\n`;
}

const argument = ({ order }: MaintainRecord): string => (order.here ? '' : ` ${order.node}`);

/** How to go on, and how to go back. */
function ways(record: MaintainRecord): string {
  const node = argument(record);
  return `  go on:   nodemend maintain${node} --resume\n  give up: nodemend maintain${node} --abort\n`;
}

/** Of another host the person reboots it, too; what proves it is its boot id. */
const byHand = ({ order }: MaintainRecord): string => (order.reboot && !order.here ? ' and its reboot' : '');

export function endLines({ kind, stage, why }: MaintainEnd, record: MaintainRecord): string {
  const { node } = record.order;
  const said = printable(why, 4000);
  switch (kind) {
    case 'done':
      return `${node}: the maintenance is done\n`;
    case 'aborted':
      return `${node}: the maintenance is given up, and nothing of it is left\n`;
    case 'rebooting':
      return `${node} reboots, and the maintenance goes on by itself: journalctl -u nodemend-maintain, nodemend maintain --status\n`;
    case 'overruled':
      return `${node}: the maintenance ends here: ${said}; nothing of it is left\n`;
    case 'waiting':
      return `${node} is drained, and waits for your work${byHand(record)}\n${ways(record)}`;
    case 'interrupted':
      return `${node}: interrupted in the stage ${STAGE[stage]}\n${ways(record)}`;
    case 'stopped':
      return `${node}: stopped in the stage ${STAGE[stage]}: ${said}\n${stage === 'drain' ? '' : '  the node stays cordoned\n'}${ways(record)}`;
  }
}

export function statusLines(record: MaintainRecord, isRunning: boolean): string {
  const { order, stage, stopped } = record;
  const begun = new Date(order.at).toISOString();
  const where = isRunning ? 'is at work' : 'was interrupted';
  const state = stopped === undefined ? where : `stopped: ${printable(stopped.why, 2000)}`;
  const stages = stagesOf(order).map((one) => (one === stage ? `[${STAGE[one]}]` : STAGE[one]));
  const head = `maintenance of ${order.node}, begun ${begun} by ${printable(order.by, 200)}\n`;
  const lines = `  stages:  ${stages.join(' → ')}\n  command: ${commandWords(record)}\n  now:     ${state}\n`;
  return `${head}${lines}${isRunning ? '' : ways(record)}`;
}

export function statusJson(record: MaintainRecord | undefined, isRunning: boolean): object {
  const head = { apiVersion: 'nodemend.io/v1', kind: 'MaintainStatus', open: record !== undefined };
  if (record === undefined) return head;
  const { order, stage, stopped, cordon } = record;
  return {
    ...head,
    ...{ id: order.id, node: order.node, by: order.by, begun: new Date(order.at).toISOString() },
    ...{ command: order.command, reboot: order.reboot, stages: stagesOf(order), stage, running: isRunning },
    ...(cordon === undefined ? {} : { cordon }),
    ...(stopped === undefined ? {} : { stopped: { ...stopped, at: new Date(stopped.at).toISOString() } }),
  };
}
