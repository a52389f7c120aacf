/** A heap of four children in typed arrays: tens of millions of events pass through it, and none is an object. */
export interface EventQueue {
  readonly size: number;
  add(at: number, what: number, node: number): void;
  /** Takes the earliest one; of two at the same time the one that was added first. False: there is none. */
  take(): boolean;
  /** Of the one that was taken. */
  readonly at: number;
  readonly what: number;
  readonly node: number;
}

const CHILDREN = 4;
const KINDS = 32;

export function eventQueue(room = 1024): EventQueue {
  let times = new Float64Array(room);
  let orders = new Float64Array(room);
  let packed = new Float64Array(room);
  let size = 0;
  let order = 0;
  let [at, what, node] = [0, 0, 0];

  function grow(): void {
    const wider = (old: Float64Array<ArrayBuffer>) => {
      const next = new Float64Array(old.length * 2);
      next.set(old);
      return next;
    };
    [times, orders, packed] = [wider(times), wider(orders), wider(packed)];
  }

  function move(from: number, to: number): void {
    times[to] = times[from] as number;
    orders[to] = orders[from] as number;
    packed[to] = packed[from] as number;
  }

  function place(index: number, time: number, number: number, both: number): void {
    times[index] = time;
    orders[index] = number;
    packed[index] = both;
  }

  /** A new one is the youngest: of those of its own time it comes last. */
  function rise(time: number, number: number, both: number): void {
    let index = size - 1;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      if ((times[parent] as number) <= time) break;
      move(parent, index);
      index = parent;
    }
    place(index, time, number, both);
  }

  function earliestChild(index: number): number {
    const first = CHILDREN * index + 1;
    let least = first;
    const end = Math.min(first + CHILDREN, size);
    for (let child = first + 1; child < end; child++) {
      const difference = (times[child] as number) - (times[least] as number);
      if (difference < 0 || (difference === 0 && (orders[child] as number) < (orders[least] as number))) least = child;
    }
    return least;
  }

  /** What was last finds its place from the top. */
  function sink(time: number, number: number, both: number): void {
    let index = 0;
    while (CHILDREN * index + 1 < size) {
      const child = earliestChild(index);
      const other = times[child] as number;
      if (time < other || (time === other && number < (orders[child] as number))) break;
      move(child, index);
      index = child;
    }
    place(index, time, number, both);
  }

  return {
    get size() {
      return size;
    },
    get at() {
      return at;
    },
    get what() {
      return what;
    },
    get node() {
      return node;
    },
    add(when, kind, about) {
      if (size === times.length) grow();
      size++;
      rise(when, order++, about * KINDS + kind);
    },
    take() {
      if (size === 0) return false;
      at = times[0] as number;
      const both = packed[0] as number;
      what = both % KINDS;
      node = (both - what) / KINDS;
      size--;
      if (size > 0) sink(times[size] as number, orders[size] as number, packed[size] as number);
      return true;
    },
  };
}
