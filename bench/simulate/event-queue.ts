/** A binary heap in typed arrays: tens of millions of events pass through it, and none is an object. */
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

  const time = (index: number) => times[index] ?? 0;
  const isBefore = (one: number, other: number) =>
    time(one) < time(other) || (time(one) === time(other) && (orders[one] ?? 0) < (orders[other] ?? 0));

  function swap(one: number, other: number): void {
    for (const array of [times, orders, packed]) {
      const kept = array[one] ?? 0;
      array[one] = array[other] ?? 0;
      array[other] = kept;
    }
  }

  function rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!isBefore(index, parent)) return;
      swap(index, parent);
      index = parent;
    }
  }

  function sink(): void {
    for (let index = 0; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) if (child < size && isBefore(child, least)) least = child;
      if (least === index) return;
      swap(index, least);
      index = least;
    }
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
      times[size] = when;
      orders[size] = order++;
      packed[size] = about * 32 + kind;
      size++;
      rise(size - 1);
    },
    take() {
      if (size === 0) return false;
      at = time(0);
      const both = packed[0] ?? 0;
      what = both % 32;
      node = (both - what) / 32;
      size--;
      swap(0, size);
      sink();
      return true;
    },
  };
}
