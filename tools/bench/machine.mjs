// The machine that is measured: what it is, which versions it has, and whether it is quiet.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const kBusyPercentMax = 10; // Of one CPU.
const kQuietSeconds = 1;
const kWaitSecondsMax = 120; // Before one run ...
const kWaitSecondsAllMax = 600; // ... and before all.

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

const kTicks = 100; // A second, as /proc counts.

function cpuSeconds(...columns) {
  const cells = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].split(/\s+/);
  return columns.reduce((sum, column) => sum + Number(cells[column]), 0) / kTicks;
}

// Seconds that the CPUs have spent together in nobody's service.
const idleSeconds = () => cpuSeconds(4, 5);

// Seconds in which the host ran other machines while this one had something to do.
const stolenSeconds = () => cpuSeconds(8);

// CPU seconds of this process and of all its children that have ended.
function ownSeconds() {
  const cells = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return cells.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / kTicks;
}

// Starts to watch what others use of the CPUs. Call the function that it returns when all children have ended: it gives
// their share in percent of one CPU.
export function watchOthers() {
  const [time, idle, own] = [performance.now(), idleSeconds(), ownSeconds()];
  return () => {
    const seconds = (performance.now() - time) / 1_000;
    const others = cpus().length * seconds - (idleSeconds() - idle) - (ownSeconds() - own);
    return Math.max(0, (others / seconds) * 100);
  };
}

// The same of what the host took for others, which no process of this machine can see.
export function watchStolen() {
  const [time, stolen] = [performance.now(), stolenSeconds()];
  return () => ((stolenSeconds() - stolen) / ((performance.now() - time) / 1_000)) * 100;
}

let waited = 0;

// Waits until nothing else runs, or says that it has given up.
export async function waitUntilQuiet() {
  let quiet = 0;
  for (let second = 0; second < kWaitSecondsMax && waited < kWaitSecondsAllMax; ++second) {
    const [idle, time] = [idleSeconds(), performance.now()];
    await delay(1_000);
    const busy = cpus().length * ((performance.now() - time) / 1_000) - (idleSeconds() - idle);
    quiet = busy * 100 <= kBusyPercentMax ? quiet + 1 : 0;
    if (quiet >= kQuietSeconds) return;
    if (quiet === 0) ++waited;
  }
  console.error('the machine is not quiet: measuring all the same');
}
