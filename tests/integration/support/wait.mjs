// Waiting for conditions, never for a length of time.

const kCheckIntervalMs = 15;

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Calls `condition` until it returns a truthy value, and returns that value. A condition that throws counts
// as not yet met. Fails after `deadlineMs` with `what` and the condition's last error.
export async function eventually(what, condition, { deadlineMs = 10_000, intervalMs = kCheckIntervalMs } = {}) {
  const end = Date.now() + deadlineMs;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) {
      const detail = last ? `: ${last.message}` : '';
      throw new Error(`not within ${deadlineMs} ms: ${what}${detail}`, { cause: last });
    }
    await sleep(intervalMs);
  }
}

// Settles as `promise` does, or fails after `deadlineMs`.
export function within(what, promise, deadlineMs = 10_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
