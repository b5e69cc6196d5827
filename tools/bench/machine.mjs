// The machine that is measured: what it is, which versions it has, and whether it is quiet.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const kBusyPercentMax = 10; // Of one CPU.
const kQuietSeconds = 2;
const kWaitSecondsMax = 120; // Before one run.

export function output(command, ...args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

export function describeMachine() {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const system = output('sh', '-c', '. /etc/os-release && echo "$PRETTY_NAME"');
  return `${cpus().length} × ${cpus()[0].model.trim()}, ${gigabytes} GiB, Linux ${release()}, ${system}`;
}

export function describeCommit(root) {
  const commit = output('git', '-C', root, 'rev-parse', '--short', 'HEAD') || 'unknown';
  const dirty = output('git', '-C', root, 'status', '--porcelain', '--', '.', ':!docs/performance*') !== '';
  return { commit, dirty };
}

const kDebianPackages = ['libgrpc++-dev', 'libprotobuf-dev', 'libboost1.81-dev', 'redis-server'];

// Versions of what is measured and of what it is measured with.
export function describeVersions() {
  const versions = { node: process.version, 'g++': output('g++', '-dumpfullversion') };
  for (const name of kDebianPackages) {
    versions[name] = output('dpkg-query', '-W', '-f', '${Version}', name) || 'not installed';
  }
  return versions;
}

// Versions of npm packages as they are installed below a folder.
export function installedVersions(folder, names) {
  const versions = {};
  for (const name of names) {
    versions[name] = JSON.parse(readFileSync(`${folder}/node_modules/${name}/package.json`, 'utf8')).version;
  }
  return versions;
}

function idleSeconds() {
  const ticks = readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .filter((line) => /^cpu\d/.test(line))
    .map((line) => line.split(/\s+/))
    .reduce((sum, columns) => sum + Number(columns[4]) + Number(columns[5]), 0);
  return ticks / 100;
}

// Waits until nothing else runs, or says that it has given up.
export async function waitUntilQuiet() {
  let quiet = 0;
  for (let second = 0; second < kWaitSecondsMax; ++second) {
    const [idle, time] = [idleSeconds(), performance.now()];
    await delay(1_000);
    const busy = cpus().length * ((performance.now() - time) / 1_000) - (idleSeconds() - idle);
    quiet = busy * 100 <= kBusyPercentMax ? quiet + 1 : 0;
    if (quiet >= kQuietSeconds) return;
  }
  console.error(`the machine was not quiet for ${kWaitSecondsMax} s: measuring all the same`);
}
