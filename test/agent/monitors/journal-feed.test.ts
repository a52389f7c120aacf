import { describe, expect, it } from 'vitest';
import { followJournal } from '../../../agent/monitors/journal-feed.ts';
import type { FollowListener } from '../../../lib/host/follow.ts';
import type { JournalEntry } from '../../../lib/monitors/lines/journal.ts';

const cursor = (number: number) =>
  `s=abc;i=${number.toString(16)};b=def;m=1;t=${(1_700_000_000_000_000 + number).toString(16)};x=1`;
const entry = (number: number, message: string) =>
  `__CURSOR=${cursor(number)}\n__REALTIME_TIMESTAMP=1700000000123456\nSYSLOG_IDENTIFIER=kubelet\nMESSAGE=${message}\n\n`;

/** Time stands still; what sleeps is woken, and what is to ring rings, when the test says so. */
function follow(options: { after?: string; grep?: string; boot?: string; directory?: string } = {}) {
  const started: { readonly argv: readonly string[]; readonly listener: FollowListener }[] = [];
  const [sleeps, alarms]: [(() => void)[], (() => void)[]] = [[], []];
  const blind: (string | undefined)[] = [];
  const entries: JournalEntry[] = [];
  let now = 0;
  const feed = followJournal({
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: () => new Promise((resolve) => sleeps.push(resolve)),
      alarm(_, ring) {
        alarms.push(ring);
        return () => alarms.splice(alarms.indexOf(ring), 1);
      },
    },
    follow(argv, listener) {
      started.push({ argv, listener });
      return { stop: () => undefined };
    },
    directory: options.directory ?? '',
    identifiers: ['kubelet', 'systemd'],
    boot: options.boot,
    grep: options.grep,
    after: options.after,
    since: 1_700_000_000_000,
    signal: new AbortController().signal,
    onEntries: (some) => entries.push(...some),
    onBlind: (why) => blind.push(why),
  });
  const last = () => started.at(-1) ?? expect.fail('nothing was started');
  return {
    feed,
    started,
    blind,
    entries,
    argv: () => last().argv.join(' '),
    print(...parts: readonly string[]) {
      last().listener.onBytes(Buffer.from(parts.join('')));
      for (const ring of alarms.splice(0)) ring();
    },
    end: (why: string) => last().listener.onEnd(why),
    ring: () => alarms.splice(0).map((ring) => ring()),
    async pass(duration: number) {
      now += duration;
      for (const wake of sleeps.splice(0)) wake();
      await Promise.resolve();
    },
  };
}

describe('a followed journal', () => {
  it('is asked for its identifiers and literals alone, from the start that its monitors want', () => {
    expect(follow({ grep: 'a|b' }).argv()).toBe(
      'journalctl --quiet --follow --no-tail --output=export --output-fields=MESSAGE,SYSLOG_IDENTIFIER,_TRANSPORT,_SYSTEMD_UNIT,_UID,_PID --case-sensitive=yes --grep=a|b --since=@1700000000 SYSLOG_IDENTIFIER=kubelet SYSLOG_IDENTIFIER=systemd',
    );
  });

  it('is gone on with behind the last entry, also when the reader ends', async () => {
    const { argv, print, end, pass, entries, feed } = follow({ after: cursor(1) });
    expect(argv()).toContain(`--after-cursor=${cursor(1)} SYSLOG_IDENTIFIER`);

    print(entry(2, 'a'), entry(3, 'b'));
    end('journalctl ended with SIGKILL');
    await pass(2000);

    expect(entries.map(({ message }) => message)).toEqual(['a', 'b']);
    expect(feed.position).toBe(cursor(3));
    expect(argv()).toContain(`--after-cursor=${cursor(3)} `);
  });

  it.each([
    ['a build without grep', 'Compiled without pattern matching support', '--grep='],
    ['systemd before 237', "journalctl: unrecognized option '--grep=a'", '--grep='],
  ])('goes on without what %s lacks, at once', (_, why, without) => {
    const { argv, end, started, blind } = follow({ grep: 'a' });

    end(why);

    expect(started.length).toBe(2);
    expect(argv()).not.toContain(without);
    expect(blind).toEqual([]);
  });

  it('asks systemd before 236 for whole entries', () => {
    const { argv, end } = follow({ grep: 'a' });

    end("journalctl: unrecognized option '--output-fields=MESSAGE'");
    end("journalctl: unrecognized option '--output-fields=MESSAGE'");

    expect(argv()).toBe(
      'journalctl --quiet --follow --no-tail --output=export --since=@1700000000 SYSLOG_IDENTIFIER=kubelet SYSLOG_IDENTIFIER=systemd',
    );
  });

  it('begins by time where the cursor is none of this journal', () => {
    const { argv, end } = follow({ after: 'another journal’s' });

    end('Failed to seek to cursor: Invalid argument');

    expect(argv()).toContain('--since=@1700000000');
  });

  it('is unknown while nobody reads it, tried again ever later, and known again when it is read', async () => {
    const { end, blind, started, pass, ring } = follow();

    end('spawn journalctl ENOENT');
    expect(blind).toEqual(['spawn journalctl ENOENT']);
    await pass(60_000);
    expect(started.length).toBe(2);
    ring();

    expect(blind).toEqual(['spawn journalctl ENOENT', undefined]);
  });

  it('is of another place, or another boot, when that is said', () => {
    expect(follow({ directory: '/srv/journal', boot: 'a'.repeat(32) }).argv()).toContain(
      `--directory=/srv/journal --boot=${'a'.repeat(32)} --since`,
    );
  });
});
