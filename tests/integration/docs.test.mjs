// docs/edge.md names every flag of the edge, and none that it has not.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kBin, kRepository } from './support/system.mjs';

// Returns the edge's own flags: those that --help lists, but for help itself.
function flagsOfTheEdge() {
  let help;
  try {
    help = execFileSync(join(kBin, 'edge/main/edge_main'), ['--help=edge/main'], { encoding: 'utf8' });
  } catch (error) {
    help = error.stdout; // abseil ends with status 1 after help.
  }
  return new Set([...help.matchAll(/^ {4}--(\w+) /gm)].map((match) => match[1]));
}

test('docs/edge.md has a line for every flag of the edge, and for no other', () => {
  const page = readFileSync(join(kRepository, 'docs/edge.md'), 'utf8');
  const described = new Set([...page.matchAll(/^\| `--(\w+)`/gm)].map((match) => match[1]));
  const flags = flagsOfTheEdge();
  assert.ok(flags.size > 50, `only ${flags.size} flags found`);
  assert.deepEqual([...described].sort(), [...flags].sort());
});
