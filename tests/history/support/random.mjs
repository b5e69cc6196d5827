// Random numbers that a seed repeats.

const kStep = 0x6d2b79f5;

export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  // In [0, 1).
  next() {
    this.state = (this.state + kStep) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  // A whole number in [low, high].
  between(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick(items) {
    return items[this.between(0, items.length - 1)];
  }

  // Some of `items`, distinct, in any order.
  sample(items, count) {
    const rest = [...items];
    const taken = [];
    while (taken.length < count && rest.length > 0) taken.push(rest.splice(this.between(0, rest.length - 1), 1)[0]);
    return taken;
  }

  // Another sequence, which depends on this one only now.
  fork() {
    return new Random(this.between(0, 2 ** 31));
  }
}

// CAUCUS_HISTORY_SEED, or one of this moment.
export function seedOfRun() {
  return Number(process.env.CAUCUS_HISTORY_SEED ?? Date.now() % 1_000_000_007);
}
