// The servers under test: started on a free port, stopped at the end whatever happens.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { within } from './wait.mjs';

const kSupport = dirname(fileURLToPath(import.meta.url));
const kRepository = join(kSupport, '..', '..', '..');
const kBin = process.env.CAUCUS_BIN ?? join(kRepository, 'bazel-bin');
const kLogBytesMax = 1 << 20;
const alive = new Set();

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

// A running server: {port, log, pid}.
class Server {
  constructor(name, file, args) {
    this.name = name;
    this.log = '';
    this.child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    alive.add(this.child);
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ error }));
      this.child.once('close', (code, signal) => {
        alive.delete(this.child);
        resolve({ code, signal });
      });
    });
    this.listening = new Promise((resolve, reject) => {
      const keep = (chunk) => {
        this.log = (this.log + chunk).slice(-kLogBytesMax);
        const port = /^listening on 127\.0\.0\.1:(\d+)$/m.exec(this.log)?.[1];
        if (port) resolve(Number(port));
      };
      this.child.stdout.on('data', keep);
      this.child.stderr.on('data', keep);
      this.ended.then((end) => reject(new Error(`${name} has ended: ${JSON.stringify(end)}\n${this.log}`)));
    });
  }

  get pid() {
    return this.child.pid;
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  // The port of the edge's metrics, once it serves.
  async adminPort() {
    for (;;) {
      const port = /"admin_port":(\d+)/.exec(this.log)?.[1];
      if (port) return Number(port);
      await within(`${this.name} writes to its log`, Promise.race([once(this.child.stderr, 'data'), this.ended]));
      this.assertRunning();
    }
  }

  // How it ends by itself: {code, signal}.
  end() {
    return within(`${this.name} ends`, this.ended, 15_000).finally(() => this.child.kill('SIGKILL'));
  }

  // Asks it to end; returns {code, signal}.
  async stop() {
    if (this.running) this.child.kill('SIGTERM');
    return within(`${this.name} ends`, this.ended, 15_000);
  }

  // Fails if it has crashed.
  assertRunning() {
    if (!this.running) throw new Error(`${this.name} has ended:\n${this.log}`);
  }
}

async function start(name, file, args) {
  if (!existsSync(file)) throw new Error(`${file} is not there: bazel build //tests/conformance:all, or set CAUCUS_BIN`);
  const server = new Server(name, file, args);
  server.port = await within(`${name} listens`, server.listening, 20_000);
  return server;
}

function bin(name) {
  return join(kBin, 'tests', 'conformance', name);
}

// The bare Engine.IO echo server; heartbeats are far apart unless `flags` say otherwise.
export function startEngineServer(...flags) {
  const slow = ['--ping_interval=25s', '--ping_timeout=20s'];
  return start('engineio_server', bin('engineio_server'), ['--port=0', ...slow, ...flags]);
}

// The edge with the echo backend. `flags` are the server's, `edgeFlags` the edge's. CAUCUS_SHARDS says how many threads
// serve where `edgeFlags` do not.
export function startSocketServer({ flags = [], edgeFlags = [] } = {}) {
  const slow = ['--ping_interval=25s', '--ping_timeout=20s', '--connect_timeout=45s'];
  const edge = [`--shards=${process.env.CAUCUS_SHARDS ?? 1}`, ...edgeFlags];
  return start('socketio_server', bin('socketio_server'), ['--port=0', ...slow, ...flags, '--', ...edge]);
}

// The edge alone, in front of nothing unless `flags` say so: a Server that may never listen.
export function runEdge(...flags) {
  const descriptors = `--descriptor_set=${bin('echo.descriptor')}`;
  const edge = new Server('edge_main', join(kBin, 'edge', 'main', 'edge_main'), ['--listen=127.0.0.1:0', descriptors, ...flags]);
  edge.listening.catch(() => {});
  return edge;
}

// The same application on Node's socket.io.
export function startReferenceServer(options = {}) {
  return start('reference_server', process.execPath, [join(kSupport, 'reference_server.mjs'), JSON.stringify(options)]);
}

// Stops servers when the test file is done, and fails if one has crashed before or does not end well: a leak that a
// sanitizer finds at the end is told by the exit status.
export function stopAfter(servers) {
  after(async () => {
    const failures = [];
    for (const server of servers()) {
      if (!server) continue;
      const wasRunning = server.running;
      const end = await server.stop();
      if (!wasRunning || end.code !== 0) failures.push(`${server.name}: ${JSON.stringify(end)}\n${server.log}`);
    }
    if (failures.length > 0) throw new Error(`not all servers ended well: ${failures.join('\n')}`);
  });
}
