// One server process of a private system: started, checked, killed, restarted; its log kept.

import { execFile, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { eventually, within } from './wait.mjs';

const kLogBytesMax = 4 << 20;
const alive = new Set();

// Nothing outlives the test run, however it ends.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

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

// True if the command exits with 0 in time.
export function succeeds(file, args) {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 5_000 }, (error) => resolve(!error));
  });
}

export class ServerProcess {
  // `isReady` is asked again and again after each start.
  constructor({ name, file, args, env, isReady }) {
    this.name = name;
    this.file = file;
    this.args = args;
    this.env = env;
    this.isReady = isReady;
    this.log = '';
    this.child = null;
    this.exit = null;
  }

  get pid() {
    return this.child?.pid;
  }

  get running() {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  // How many files and sockets the process has open.
  get openFiles() {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  async start({ deadlineMs = 20_000 } = {}) {
    const child = spawn(this.file, this.args, {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    alive.add(child);
    const keep = (chunk) => {
      this.log = (this.log + chunk).slice(-kLogBytesMax);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.exit = new Promise((resolve) => {
      child.once('error', (error) => {
        keep(`${error}\n`);
        resolve({ code: null, signal: null, error });
      });
      child.once('exit', (code, signal) => {
        alive.delete(child);
        keep(`[${this.name} ended: code ${code}, signal ${signal}]\n`);
        resolve({ code, signal });
      });
    });
    await eventually(
      `${this.name} is ready`,
      async () => {
        if (!this.running) return true;
        return this.isReady();
      },
      { deadlineMs, intervalMs: 30 },
    );
    if (!this.running) throw new Error(`${this.name} ended at its start:\n${this.tail()}`);
  }

  // Ends the process at once, as a crash would.
  async kill9() {
    this.child.kill('SIGKILL');
    await within(`${this.name} is dead`, this.exit);
  }

  // Holds the process as it is, as a machine that is suspended would, until `resume`.
  pause() {
    this.child.kill('SIGSTOP');
  }

  resume() {
    this.child.kill('SIGCONT');
  }

  // Asks the process to end and returns how it did: {code, signal}.
  async stop({ deadlineMs = 20_000 } = {}) {
    if (!this.running) return this.exit;
    this.child.kill('SIGTERM');
    return within(`${this.name} ends on SIGTERM`, this.exit, deadlineMs);
  }

  async restart() {
    if (this.running) await this.stop();
    await this.start();
  }

  tail(lines = 40) {
    return this.log.split('\n').slice(-lines).join('\n');
  }
}
