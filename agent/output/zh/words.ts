import type { AccessWords } from '../access-words.ts';
import type { SignalWords } from '../signals.ts';
import type { SpaceWords } from '../space.ts';
import type { DoctorWords, ExplainWords, Words } from '../words.ts';
import { adviceInChinese } from './advice.ts';
import { HOLDS } from './holds.ts';
import { problemInChinese, problemWords } from './problems.ts';
import { REMEDIES } from './remedies.ts';
import { fragmentInChinese, sentenceInChinese } from './sentences.ts';
import { statusInChinese } from './status.ts';
import { tell } from './tell.ts';

const remedy = (id: string) => REMEDIES[id] ?? id;
const DISRUPTION: Readonly<Record<string, string>> = {
  none: '无',
  local: '仅本机守护进程',
  workload: '影响工作负载',
  node: '影响整个节点',
};
const disruptionOf = (disruption: string) => `影响：${disruption}，${DISRUPTION[disruption] ?? disruption}`;
const STATE = { suspected: '疑似', active: '已确认', clearing: '正在恢复' } as const;

const hold = tell(HOLDS);

const doctor: DoctorWords = {
  health: { Healthy: '健康（Healthy）', Degraded: '降级（Degraded）', Critical: '严重（Critical）', Unknown: '未知（Unknown）' },
  severity: { critical: '严重', warning: '警告', notice: '提示' },
  status: { fail: '故障', warn: '警告', unknown: '未知', pass: '正常', skip: '跳过' },
  label: {
    advice: '建议',
    asBefore: '建议',
    cause: '起因',
    evidence: '依据',
    givenUp: '已放弃',
    held: '受阻于',
    more: '详情',
    next: '自动处理',
  },
  standing: (state, age) => (age === undefined ? STATE[state] : `${STATE[state]}，已持续 ${age}`),
  message({ type, reason, message }) {
    const told = sentenceInChinese(message);
    const meaning = problemWords.get(type)?.reasons[reason];
    return told !== message || meaning === undefined ? told : `${meaning}。原文：${message}`;
  },
  summary: ({ summary }) => sentenceInChinese(summary),
  advice: adviceInChinese,
  next({ remedy: id, disruption, blockedBy, holds }) {
    const held = blockedBy.length === 0 || holds !== undefined ? '' : `；目前受阻于：${blockedBy.join('、')}`;
    return `${id}（${remedy(id)}；${disruptionOf(disruption)}）${held}`;
  },
  hold,
  cause: (type) => `上面的 ${type}：请先修复它`,
  givenUp: (type) => `每项补救措施都已用尽次数；nodemend reset ${type} 可清零`,
  measure: (observed, limit, whole) => `${observed}，界限 ${limit}${whole === undefined ? '' : `，总量 ${whole}`}`,
  moreLines: (count) => ` …（另有 ${count} 行）`,
  asAbove: '同上',
  saidAbove: '如上所述',
  signals: '驱逐信号',
  checks: (counts) => `检查项（${counts}）`,
};

const explain: ExplainWords = {
  meaning: '含义',
  detection: '如何发现',
  reasons: '原因（reason）',
  person: '人工怎样处理',
  agent: 'agent 怎样处理',
  settings: '相关设置',
  adviceOnly: '只给建议',
  nothing: '自己不做任何事：只告诉您',
  ending: '`nodemend explain PROBLEM` 有更多说明。',
  rung: (at, id, { disruption, on }) =>
    `${at}. ${id}：${remedy(id)}（${disruptionOf(disruption)}；${on ? '默认开启' : '默认关闭，由您开启'}）`,
};

const space: SpaceWords = {
  largest: '最大占用',
  mostFiles: '文件最多',
  countedOnce: 'inode 数，每个只计一次',
  all: '全部',
  notFound: (why) => `无法查出：${why}`,
  deleted: ({ process, pid, of }) => `已删除，仍被 ${process} 打开，PID ${pid}${of === undefined ? '' : `，${of}`}`,
  seen: ({ bytes, inodes, filesystem, took }) =>
    `用时 ${took}，看到了 ${filesystem} 上在用空间的 ${bytes} 和在用 inode 的 ${inodes}`,
  denied: (directories) => `，有 ${directories} 个目录读不了`,
};

const signal: SignalWords = {
  met: '已触及',
  notKnown: '未知',
  unguarded: '无人看守',
  turnedOff: '已关闭',
  soft: '软',
  asAbove: '同上',
  left: (time) => `约剩 ${time}`,
  evicts: (limit) => `驱逐 < ${limit}`,
  source: fragmentInChinese,
};

const ACCESS: Readonly<Record<string, string>> = {
  'read its Node': '读取自己的 Node',
  'report on its Node': '上报自己的 Node 状态',
  'write events': '写事件',
  'read pods': '读取 Pod',
  'evict pods': '驱逐 Pod',
  'cordon its Node': '封锁自己的 Node',
  'hold a Lease of the fleet': '持有机群的 Lease',
};

const access: AccessWords = {
  title: '集群身份',
  is: '身份',
  may: '可以',
  mayNot: '不可以',
  notKnown: '未知',
  origin: {
    option: '由 --kubeconfig 或配置指定',
    own: 'agent 自己的',
    kubelet: 'kubelet 的',
    'well-known': '在发行版的惯用位置找到',
  },
  who: (user, node) => `${user}，代表 Node ${node}`,
  a: (credential) => credential,
  until: (time) => `有效期至 ${time}`,
  access: (what) => ACCESS[what] ?? what,
};

const status = statusInChinese({ disruptionOf, standing: doctor.standing });

export const chinese: Words = { doctor, explain, space, signal, access, status, problem: problemInChinese, remedy };
