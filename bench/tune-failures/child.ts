import { kill, pid } from 'node:process';
import { applyEviction } from '../../agent/tune/apply.ts';
import { type Case, prepare } from '../../test/fakes/tune-failures.ts';

/** One change in a process of its own, which ends itself where the case says: SIGKILL, that nothing of ours can see coming. */
const [directory = '', text = '{}'] = process.argv.slice(2);
const one = JSON.parse(text) as Case & { readonly refuses?: string; readonly unready?: string };
const is = (share: string | undefined) => (hard: Readonly<Record<string, string>>) =>
  share !== undefined && hard['nodefs.available'] === share;
const weather = { ...one.weather, refuses: is(one.refuses), unready: is(one.unready), kill: () => kill(pid, 'SIGKILL') };
const { node, transaction } = await prepare(directory, one);
const { outcome, why } = await applyEviction(transaction, node.hands(weather));
console.log(JSON.stringify({ outcome, why }));
