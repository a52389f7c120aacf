import { OF_DAEMONS } from './sentences-daemons.ts';
import { OF_HOST } from './sentences-host.ts';
import { tell } from './tell.ts';

/** Parts of sentences that come from elsewhere: where a threshold stands, why something is not known. */
export const FRAGMENTS: Readonly<Record<string, string>> = {
  '{amount}, default ({version})': '{amount}，默认值（{version}）',
  'default ({version})': '默认值（{version}）',
  'default (no kubelet)': '默认值（没有 kubelet）',
  '{amount}, flag {flag}': '{amount}，命令行参数 {flag}',
  'flag {flag}': '命令行参数 {flag}',
  'as above': '同上',
  hard: '硬',
  soft: '软',
  'a ping': 'ping',
  'one container': '1 个容器',
  '{count} containers': '{count} 个容器',
  'no socket': '没有套接字',
  'connection refused': '连接被拒绝',
  'at least {time}': '至少 {time}',
  'the kubelet ({which})': 'kubelet（{which}）',
  'the kubelet in a container ({which})': '容器中的 kubelet（{which}）',
  'the kubelet of {what} ({which})': '{what} 的 kubelet（{which}）',
  '{count} CPUs': '{count} 个 CPU',
};

/** What checks say. */
export const SENTENCES: Readonly<Record<string, string>> = {
  ...OF_DAEMONS,
  ...OF_HOST,
  'has not run yet': '还没有运行过',
};

const fragment = tell(FRAGMENTS);

/** What a silent daemon was doing stands behind its name. */
export const EFFORTS: Readonly<Record<string, string>> = {
  'is stopped (state T): somebody sent it SIGSTOP or attached a debugger':
    '而且已被暂停（T 状态）：有人向它发了 SIGSTOP，或挂上了调试器',
  'was in uninterruptible sleep (state D) in {function} for {time}': '而且在 {function} 中处于不可中断睡眠（D 状态）达 {time}',
  'used {cpu} of CPU in {time}: it works, slowly': '{time} 内用了 {cpu} 的 CPU：它在工作，只是很慢',
  'used {cpu} of CPU in {time}': '{time} 内只用了 {cpu} 的 CPU',
  'had its threads wait {waited} for a CPU in {time}: starved, not hung':
    '其线程在 {time} 内等了 {waited} 的 CPU：是分不到 CPU，而不是卡死',
  'could not be watched meanwhile, so hung is not proved': '其间无法观察它，所以不能证明卡死',
};
const effort = tell(EFFORTS);

const part = tell(SENTENCES, (value) => effort(fragment(value)));

export const fragmentInChinese = fragment;

/** Sentence by sentence; one that nobody has put into Chinese stays as it is, with the marks around it. */
export function sentenceInChinese(text: string): string {
  const sentences = text.split('; ').map((one) => ({ one, told: part(one) }));
  return sentences
    .map(({ one, told }, at) => {
      const next = sentences[at + 1];
      if (next === undefined) return told;
      return told === one || next.told === next.one ? `${told}; ` : `${told}；`;
    })
    .join('');
}
