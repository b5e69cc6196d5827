// Asks again and again: for what only metrics can tell.

const kPauseMs = 20;

// Resolves with the first value of `ask` that is truthy, or fails after `timeoutMs`.
export async function eventually(what, ask, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, kPauseMs));
  }
}
