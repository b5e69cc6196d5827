// The recordings of the original application, if they are here.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kRepository } from './system.mjs';

const kTraces = process.env.CAUCUS_TRACES ?? join(kRepository, '..', 'shared', 'traces');

// Returns {steps} of a recording, or {missing: why}.
export function trace(name) {
  const path = join(kTraces, name);
  if (!existsSync(path)) return { missing: `SKIPPED: no recording at ${path}; set CAUCUS_TRACES` };
  return { steps: JSON.parse(readFileSync(path, 'utf8')), missing: false };
}
