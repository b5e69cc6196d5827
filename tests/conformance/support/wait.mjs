// Waiting for what must happen, with a deadline.

// Settles as `promise` does, or fails after `deadlineMs`.
export function within(what, promise, deadlineMs = 5_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// What comes in, in order, for one reader that waits for each item.
export class Inbox {
  constructor() {
    this.items = [];
    this.readers = [];
    this.end = null;
  }

  push(item) {
    const reader = this.readers.shift();
    if (reader) reader.resolve(item);
    else this.items.push(item);
  }

  // Nothing more will come: readers that wait fail with `reason`.
  close(reason) {
    this.end ??= reason;
    for (const reader of this.readers.splice(0)) reader.reject(this.end);
  }

  next(what = 'the next message') {
    if (this.items.length > 0) return Promise.resolve(this.items.shift());
    if (this.end) return Promise.reject(new Error(`${what}: ${this.end.message}`));
    const waiting = {};
    const promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
    this.readers.push(waiting);
    return within(what, promise).catch((error) => {
      this.readers = this.readers.filter((reader) => reader !== waiting);
      throw error;
    });
  }
}
