// The processes of one run: pinned to a core, with their logs kept, and gone when the run ends, however it ends.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const kServerCpu = '0';
export const kLoadCpu = '1';
const kNice = -10; // Against what else runs on the machine; only root may.
const kStartMsMax = 30_000;
const kStopMsMax = 15_000;

const alive = new Set();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

// Where the kernel groups tasks by session, a process's own nice value does not count against other sessions.
function prefer(pid) {
  try {
    setPriority(pid, kNice);
    writeFileSync(`/proc/${pid}/autogroup`, `${kNice}`);
  } catch {
    // Not root, or no such grouping: then without.
  }
}

export class Processes {
  // Logs go to `folder`/NAME.log.
  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.children = [];
  }

  // Starts a command on a core, or several: '0,1'. With `capture`, its standard output is kept in `child.output`.
  start(name, cpu, command, args, { env = {}, cwd, capture = false } = {}) {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = spawn('taskset', ['-c', cpu, command, ...args], {
      env: { ...process.env, ...env },
      cwd,
      stdio: ['ignore', capture ? 'pipe' : log, log],
      detached: true,
    });
    closeSync(log);
    child.name = name;
    child.output = '';
    child.stdout?.on('data', (chunk) => (child.output += chunk));
    child.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: null, error }));
      child.once('close', (code, signal) => {
        alive.delete(child);
        resolve({ code, signal });
      });
    });
    alive.add(child);
    if (child.pid) prefer(child.pid);
    this.children.push(child);
    return child;
  }

  // Runs a command to its end and returns what it printed; fails unless it exits with 0.
  async run(name, cpu, command, args, options = {}) {
    const child = this.start(name, cpu, command, args, { ...options, capture: true });
    const { code, signal, error } = await child.ended;
    if (code !== 0) throw new Error(`${name}: ${error ?? signal ?? `exit code ${code}`}\n${this.tail(name)}`);
    return child.output;
  }

  // Waits until a child listens on a port, or on a Unix socket's path.
  async listening(child, address) {
    const deadline = Date.now() + kStartMsMax;
    while (!(await answers(address))) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        throw new Error(`${child.name} did not start\n${this.tail(child.name)}`);
      }
      await delay(50);
    }
  }

  tail(name) {
    return readFileSync(join(this.folder, `${name}.log`), 'utf8').split('\n').slice(-12).join('\n');
  }

  // Ends all, the last started first.
  async stop() {
    for (const child of this.children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), kStopMsMax);
      await child.ended;
      clearTimeout(timer);
    }
    this.children = [];
  }
}

function answers(address) {
  return new Promise((resolve) => {
    const socket = typeof address === 'string' ? connect(address) : connect(address, '127.0.0.1');
    socket.once('connect', () => socket.destroy(resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

// A free TCP port on loopback, below the range from which outgoing connections take theirs.
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

function field(file, name) {
  return Number(readFileSync(file, 'utf8').match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]);
}

// Memory of a process in KB: what is resident now, and the most that ever was.
export const residentKb = (pid) => field(`/proc/${pid}/smaps_rollup`, 'Rss');
export const peakKb = (pid) => field(`/proc/${pid}/status`, 'VmHWM');
