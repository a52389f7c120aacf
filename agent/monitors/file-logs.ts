import { type Duration, minutes } from '../../lib/model/units.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { FileReader } from '../../lib/monitors/lines/file-reader.ts';
import type { FollowerState } from '../../lib/monitors/lines/follower-state.ts';
import type { LogEngine } from '../../lib/monitors/log-engine.ts';
import { onBeat } from '../beat.ts';
import { FileFeed } from './file-feed.ts';
import { watchFile } from './file-watch.ts';
import { LocalFiles } from './local-files.ts';
import type { Sink } from './sink.ts';

/** One monitor of a file: its own idea of what in a line is the time, and what the message. */
interface Reader {
  readonly monitor: LogMonitor;
  readonly lines: FileReader;
}

/** Lines of which no sense could be made are told so often at most, however many there are. */
const REMARKS: Duration = minutes(10);

function readerOf(engine: LogEngine): readonly Reader[] {
  const { monitor } = engine;
  return monitor.log.plugin === 'filelog' ? [{ monitor, lines: new FileReader(monitor.log, engine) }] : [];
}

const pathOf = ({ log }: LogMonitor): string => (log.plugin === 'filelog' ? log.path : '');

/** Reads every file that a monitor names, each once. */
export class FileLogs {
  readonly #sink: Sink;
  readonly #readers: readonly Reader[];
  readonly #feeds: readonly FileFeed[];

  constructor(sink: Sink) {
    this.#sink = sink;
    this.#readers = sink.desk.engines.flatMap(readerOf);
    const paths = new Set(this.#readers.map(({ monitor }) => pathOf(monitor)));
    this.#feeds = [...paths].map((path) => this.#feedOf(path));
  }

  /** Where each file stands; those of files that no monitor names any more are gone. */
  get states(): Readonly<Record<string, FollowerState>> {
    return Object.fromEntries(this.#feeds.map(({ path, state }) => [path, state]));
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#feeds.length === 0) return;
    await Promise.all([...this.#feeds.map((feed) => feed.run(signal)), this.#remark(signal)]);
  }

  #feedOf(path: string): FileFeed {
    const { clock, desk, saved, log, say, see, moved, guard, tell } = this.#sink;
    const readers = this.#readers.filter(({ monitor }) => pathOf(monitor) === path);
    const resume = saved?.files[path];
    const resumed = resume !== undefined;
    return new FileFeed({
      clock,
      path,
      files: new LocalFiles(),
      watch: watchFile,
      resume,
      onLines(bytes, now) {
        let worked = 0;
        for (const { monitor, lines } of readers) {
          guard(() => {
            const found = lines.read(bytes, now);
            worked += found.length;
            if (found.length > 0)
              tell(
                'filelog',
                desk.take((one) => one === monitor, found, { now, resumed }),
              );
          });
        }
        return worked;
      },
      onState: moved,
      onLost(why) {
        log.warn({ path, why }, 'lines of a log lost');
        say({ type: 'Warning', reason: 'LogLinesLost', message: why, key: `lost\0${path}` });
      },
      onCut: (lines) => log.warn({ path, lines }, 'lines longer than 64 KiB, cut'),
      onBlind: (why) => see(path, 'filelog', why),
    });
  }

  async #remark(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#sink;
    while (!signal.aborted) {
      await clock.sleep(onBeat(REMARKS, clock.monotonic()), signal).catch(() => undefined);
      for (const { monitor, lines } of this.#readers) {
        for (const { why, count, example } of lines.unreadable.take())
          log.warn({ monitor: monitor.file, why, count, example }, 'lines of a log not understood');
      }
    }
  }
}
