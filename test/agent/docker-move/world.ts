import { MoveFailure, type MoveNode } from '../../../agent/docker-move/node.ts';
import type { Inventory } from '../../../lib/docker/inventory.ts';
import type { MoveJournal } from '../../../lib/docker/move-journal.ts';

export const [OLD, NEW] = ['/var/lib/docker', '/data/docker'] as const;
const [SOCKET, DOCKER, KUBELET] = ['docker.socket', 'docker.service', 'kubelet.service'] as const;
const [BEFORE, AFTER] = ['{}', `{"data-root":"${NEW}"}`] as const;

export const journal: MoveJournal = {
  format: 1,
  id: 'move-1',
  startedAt: '2026-11-21T12:00:00Z',
  updatedAt: '2026-11-21T12:00:00Z',
  stage: 'hold',
  from: OLD,
  to: NEW,
  roots: { before: OLD, after: NEW },
  config: { path: '/etc/docker/daemon.json', before: BEFORE, after: AFTER, mode: 0o644 },
  units: { front: [KUBELET], docker: [SOCKET, DOCKER], active: [KUBELET, SOCKET, DOCKER] },
  inventory: {
    version: '20.10.24',
    root: OLD,
    driver: 'overlay2',
    images: ['i1', 'i2'],
    volumes: ['v1'],
    containers: ['c1', 'c2', 'c3'].map((id) => ({ id, name: id, running: id !== 'c3', kubernetes: id === 'c2' })),
  },
  size: { bytes: 1000, inodes: 10 },
};

/** A host in memory, with live-restore; `wrongs` are the things that must never happen to it. */
export class World {
  readonly active = new Set<string>([SOCKET, DOCKER, KUBELET]);
  readonly held = new Set<string>();
  readonly data = new Map<string, Set<string>>([
    [OLD, new Set(['i1', 'i2', 'v1', 'c1', 'c2', 'c3'])],
    [NEW, new Set()],
  ]);
  readonly running = new Set(['c1', 'c2']);
  readonly wrongs: string[] = [];
  saved: MoveJournal | undefined;
  config: string = BEFORE;
  root: string = OLD;
  paused = false;
  /** The pause could not be lifted: said, and no reason to go back. */
  pausedForGood = false;
  marker = true;
  copying = false;
  boots = 0;
  /** What the kubelet deleted by its own rules: its dead containers, and images that nobody uses. */
  readonly collected = new Set<string>();
  /** A reboot stops containers; after the end that is nobody's to mend. */
  bootedAfterEnd = false;

  private isWhole(root: string): boolean {
    const { images, volumes, containers } = journal.inventory;
    return [...images, ...volumes, ...containers.map(({ id }) => id)].every(
      (one) => this.data.get(root)?.has(one) === true || this.collected.has(one),
    );
  }

  private wrong(what: string): void {
    this.wrongs.push(what);
  }

  private startDocker(): void {
    this.root = this.config === AFTER ? NEW : OLD;
    if (this.copying) this.wrong('docker started beside the copier');
    if (!this.isWhole(this.root)) this.wrong(`docker started on ${this.root}, which is not whole`);
    this.active.add(DOCKER);
  }

  private startKubelet(): void {
    this.active.add(KUBELET);
    for (const one of ['c2', 'i2']) {
      if (!this.running.has(one) && this.data.get(this.root)?.delete(one) === true) this.collected.add(one);
    }
  }

  /** Everything enabled starts; the kubelet makes a container of its own at once. */
  reboot(): void {
    this.boots += 1;
    this.bootedAfterEnd ||= this.saved?.outcome !== undefined;
    this.held.clear();
    this.running.clear();
    this.copying = false;
    this.active.clear();
    this.active.add(SOCKET);
    this.startDocker();
    this.startKubelet();
    this.data.get(this.root)?.add(`boot-${this.boots}`);
    this.running.add(`boot-${this.boots}`);
  }

  inventory(): Inventory {
    if (!this.active.has(DOCKER)) throw new MoveFailure('docker does not answer');
    const ids = [...(this.data.get(this.root) ?? [])];
    return {
      ...journal.inventory,
      root: this.root,
      images: ids.filter((id) => id.startsWith('i')),
      volumes: ids.filter((id) => id.startsWith('v')),
      containers: ids
        .filter((id) => /^(c|boot)/.test(id))
        .map((id) => ({ id, name: id, running: this.running.has(id), kubernetes: id === 'c2' || id.startsWith('boot') })),
    };
  }

  private start(unit: string): void {
    if (this.held.has(unit)) throw new MoveFailure(`${unit} is held`);
    if (unit === SOCKET && this.active.has(DOCKER) && !this.active.has(SOCKET))
      throw new MoveFailure('docker.service already active');
    if (unit === KUBELET && !this.active.has(DOCKER)) this.wrong('the kubelet started without docker');
    if (unit === DOCKER && !this.active.has(DOCKER)) this.startDocker();
    if (unit === KUBELET && !this.active.has(KUBELET)) this.startKubelet();
    this.active.add(unit);
  }

  private stop(unit: string): void {
    if (unit === DOCKER && this.running.size > 0) this.wrong(`docker stopped under ${[...this.running].join(', ')}`);
    this.active.delete(unit);
  }

  private copy(half: boolean): void {
    if (this.active.has(DOCKER)) this.wrong('copied under a running docker');
    if (!this.marker) this.wrong('copied to what is not the target');
    if (half && this.copying) this.wrong('two copiers at once');
    this.copying = half;
    const all = [...(this.data.get(OLD) ?? [])];
    this.data.set(NEW, new Set(half ? all.slice(0, 2) : all));
  }

  /** `atHalf`: called in the midst of the copy. */
  node(atHalf: () => Promise<void> = async () => undefined): MoveNode {
    const each = (ids: readonly string[], act: (id: string) => void) => {
      for (const id of ids) act(id);
    };
    return {
      now: () => '2026-11-21T12:00:01Z',
      save: async (next) => {
        this.saved = next;
      },
      pause: async () => {
        this.paused = true;
      },
      unpause: async () => {
        this.paused = false;
      },
      hold: async (units) => each(units, (unit) => this.held.add(unit)),
      letGo: async (units) => each(units, (unit) => this.held.delete(unit)),
      stop: async (unit) => this.stop(unit),
      start: async (unit) => this.start(unit),
      isActive: async (unit) => this.active.has(unit),
      inventory: async () => this.inventory(),
      stopContainers: async (ids) => each(ids, (id) => this.running.delete(id)),
      startContainers: async (ids) => each(ids, (id) => this.running.add(id)),
      mountsBelow: async () => [],
      unmount: async () => undefined,
      targetTrouble: async () => (this.marker ? undefined : `${NEW} has no marker`),
      endCopier: async () => {
        this.copying = false;
      },
      copy: async () => {
        this.copy(true);
        await atHalf();
        this.copy(false);
      },
      differences: async () => {
        const there = this.data.get(NEW);
        return [...(this.data.get(OLD) ?? [])].filter((one) => there?.has(one) !== true);
      },
      flush: async () => undefined,
      removeMarker: async () => {
        this.marker = false;
      },
      readConfig: async () => this.config,
      switchConfig: async () => {
        this.config = AFTER;
      },
      restoreConfig: async () => {
        this.config = BEFORE;
      },
    };
  }

  /** Everything that must hold once a move is over, whichever way. */
  complaints(): readonly string[] {
    const outcome = this.saved?.outcome;
    const root = outcome === 'moved' ? NEW : OLD;
    const ours = this.data.get(root);
    // What the kubelet made between a reboot and the next run is only of worth where docker then ran.
    const wants = (what: string, holds: boolean) => (holds ? [] : [what]);
    return [
      ...this.wrongs,
      ...wants(`outcome ${outcome}`, outcome === 'moved' || outcome === 'rolled-back'),
      ...wants(`docker runs on ${this.root}`, this.active.has(DOCKER) && this.root === root),
      ...wants(`${root} is not whole: ${[...(ours ?? [])].join(' ')}`, this.isWhole(root)),
      ...wants('docker.socket does not run', this.active.has(SOCKET)),
      ...wants('the kubelet does not run', this.active.has(KUBELET)),
      ...wants('c1 does not run', this.running.has('c1') || this.bootedAfterEnd),
      ...wants('c3 runs', !this.running.has('c3')),
      ...wants('units are held', this.held.size === 0),
      ...wants('the agent is paused', !this.paused || this.pausedForGood),
      ...wants('daemon.json', this.config === (outcome === 'moved' ? AFTER : BEFORE)),
      ...wants('a copier runs', !this.copying),
    ];
  }
}
