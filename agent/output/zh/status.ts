import type { StatusWords } from '../status-words.ts';
import { tell } from './tell.ts';

/** Why the last word of an agent is not to be taken as it stands. */
export const DOUBTS: Readonly<Record<string, string>> = {
  'the process that wrote this is gone; systemctl status nodemend': '写下这些的进程已不在；systemctl status nodemend',
  'what it said is of the future: the clock was set back': '它说的时间在将来：时钟被调回过',
  'what it said is {time} old: the agent hangs, or the clock was set': '它说的已是 {time} 以前的：agent 卡住了，或时钟被调过',
  '{path} is not there: the agent is not running, or has just been started': '{path} 不存在：agent 没有运行，或刚刚启动',
  '{path} cannot be read: {why}': '{path} 读不了：{why}',
  '{path} is not a status of nodemend': '{path} 不是 nodemend 的状态文件',
};

const OUTCOME: Readonly<Record<string, string>> = {
  succeeded: '成功（succeeded）',
  failed: '失败（failed）',
  'timed-out': '超时（timed-out）',
  refused: '被拒绝（refused）',
  interrupted: '被打断（interrupted）',
  running: '正在进行',
};

interface Told {
  disruptionOf(disruption: string): string;
  standing: StatusWords['standing'];
}

export const statusInChinese = ({ disruptionOf, standing }: Told): StatusWords => ({
  label: {
    agent: 'agent',
    cause: '起因',
    config: '配置',
    configuration: '配置',
    givenUp: '已放弃',
    held: '受阻于',
    lastRemedy: '上次补救',
    mode: '模式',
    next: '下一步',
    paused: '已暂停',
    said: '最近一次',
  },
  ago: (span) => `${span} 前`,
  lastSaid: (health) => `未知（Unknown；它最后说的是：${health}）`,
  process: ({ pid, started, memory, cpu }) => `进程 ${pid}，启动于 ${started}，${memory}，用了 ${cpu}s 的 CPU`,
  ownMemory: (bytes) => `自有内存 ${bytes}`,
  residentMemory: (bytes) => `常驻内存 ${bytes}`,
  notRunning: '没有运行',
  doubt: tell(DOUBTS),
  rejected: (ago, why) => `${ago}被拒绝，此前的配置仍然有效：${why}；nodemend config check`,
  restartFor: (keys) => `${keys} 已改：systemctl restart nodemend 之后生效`,
  paused: (reason, until, undo) => `${reason}${until === undefined ? '' : `，到 ${until} 为止`}；${undo}`,
  byPerson: '由人暂停',
  standing,
  next: (remedy, disruption) => `${remedy}（${disruptionOf(disruption)}）`,
  nothingNext: '不会自动处理；nodemend doctor 说该做什么',
  givenUp: (type) => `每项补救措施都试过了；nodemend reset ${type} 可让它重新开始`,
  lastRemedy: ({ remedy, problem, outcome, ago, message }) =>
    `${remedy}，针对 ${problem}：${OUTCOME[outcome] ?? outcome}，${ago}${message === '' ? '' : `；${message}`}`,
  checks: '检查项，及各自最近一次运行',
  never: '从未',
});
