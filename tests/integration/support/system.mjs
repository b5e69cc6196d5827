// A whole private Caucus: Redis with an append-only file, auth-service, polls-service and an edge, on free
// ports of loopback, with their data in a temporary folder.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { freePort, ServerProcess, succeeds } from './process.mjs';

export const kRepository = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const kBin = process.env.CAUCUS_BIN ?? join(kRepository, 'bazel-bin');
const kAuth = join(kBin, 'auth-service/main/auth_main');
const kPolls = join(kBin, 'polls-service/main/polls_main');
const kEdge = join(kBin, 'edge/main/edge_main');
const kClientDist = join(kRepository, 'edge/client_bundle/node_modules/socket.io-client/dist');
const kDescriptors = join(kBin, 'proto/polls.descriptor');

// The reason why tests that need an edge cannot run, or false.
export const edgeMissing = process.env.CAUCUS_EDGE_URL || existsSync(kEdge) ? false : `${kEdge} is not built`;

function redisAnswers(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const done = (ok) => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('error', () => done(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => done(data.toString().startsWith('+PONG')));
  });
}

function serverOf(name, file, listen, args) {
  return new ServerProcess({
    name,
    file,
    args: [`--listen=${listen}`, ...args],
    isReady: () => succeeds(file, ['--healthcheck', `--listen=${listen}`]),
  });
}

export class System {
  // Starts everything and waits until all are ready. `pollDuration` is how long a poll lives. `edge: false`
  // leaves the edge out. The further flags go to the process they name. `redisStandby` is the port of another
  // Redis that polls-service may use. Tests create more polls a minute than
  // one address may, so that limit is off unless `pollsFlags` sets it.
  static async start({ pollDuration = '2h', edge = true, shards = 2, edgeFlags = [], pollsFlags = [], redisStandby } = {}) {
    const system = new System();
    if (process.env.CAUCUS_EDGE_URL) return system.attachTo(new URL(process.env.CAUCUS_EDGE_URL));
    system.dir = mkdtempSync(join(tmpdir(), 'caucus-it-'));
    process.on('exit', () => rmSync(system.dir, { recursive: true, force: true }));
    const [redisPort, authPort, pollsPort, edgePort] = await Promise.all([1, 2, 3, 4].map(freePort));
    Object.assign(system, {
      redisPort,
      redisAddresses: [redisPort, redisStandby].filter(Boolean).map((port) => `127.0.0.1:${port}`).join(','),
      authAddress: `127.0.0.1:${authPort}`,
      pollsAddress: `127.0.0.1:${pollsPort}`,
      edgePort,
      edgeUrl: `http://127.0.0.1:${edgePort}`,
      keyFile: join(system.dir, 'service.key'),
      pollsFlags: [`--poll_duration=${pollDuration}`, '--polls_per_minute=0', ...pollsFlags],
      edgeFlags: [`--shards=${shards}`, ...edgeFlags],
      // What must never be logged.
      secrets: new Set(),
      closers: new Set(),
    });
    system.redis = new ServerProcess({
      name: 'redis',
      file: 'redis-server',
      args: ['--port', `${redisPort}`, '--bind', '127.0.0.1', '--dir', system.dir, '--save', '',
        '--appendonly', 'yes', '--appendfsync', 'always'],
      isReady: () => redisAnswers(redisPort),
    });
    system.auth = serverOf('auth', kAuth, system.authAddress, [
      `--data_dir=${system.dir}`, `--service_key_file=${system.keyFile}`,
    ]);
    system.polls = system.pollsProcess('polls', system.pollsAddress);
    system.edge = system.edgeProcess('edge', edgePort, system.pollsAddress);
    system.processes = [system.redis, system.auth, system.polls, ...(edge ? [system.edge] : [])];
    try {
      for (const process of system.processes) await process.start();
    } catch (error) {
      system.printLogs();
      await system.stop();
      throw error;
    }
    return system;
  }

  pollsProcess(name, address) {
    return serverOf(name, kPolls, address, [
      '--store=redis', `--redis=${this.redisAddresses}`, `--auth=${this.authAddress}`,
      `--auth_service_key_file=${this.keyFile}`, ...this.pollsFlags,
    ]);
  }

  edgeProcess(name, port, backend) {
    return serverOf(name, kEdge, `127.0.0.1:${port}`, [
      `--descriptor_set=${kDescriptors}`, `--backend=${backend}`, `--auth=${this.authAddress}`,
      `--client_dist=${kClientDist}`, ...this.edgeFlags,
    ]);
  }

  // Starts one more polls-service on the same Redis. Returns this system as one sees it through the replica:
  // `polls` and `pollsAddress` are the replica's.
  async startReplica() {
    const pollsAddress = `127.0.0.1:${await freePort()}`;
    const polls = this.pollsProcess(`polls at ${pollsAddress}`, pollsAddress);
    return this.withProcess(polls, { polls, pollsAddress });
  }

  // Starts one more edge, in front of this system's polls-service. Returns this system as one sees it through
  // that edge: `edge`, `edgePort` and `edgeUrl` are the new one's.
  async startEdge() {
    const edgePort = await freePort();
    const edge = this.edgeProcess(`edge at ${edgePort}`, edgePort, this.pollsAddress);
    return this.withProcess(edge, { edge, edgePort, edgeUrl: `http://127.0.0.1:${edgePort}` });
  }

  async withProcess(process, members) {
    this.processes.push(process);
    await process.start();
    return Object.assign(Object.create(this), members);
  }

  // Uses a system that runs elsewhere, in containers say, and that is not ours to stop. Only for tests that
  // come through the edge's door and leave its processes alone.
  attachTo(url) {
    return Object.assign(this, {
      edgePort: Number(url.port), edgeUrl: url.origin, secrets: new Set(), closers: new Set(), processes: [],
    });
  }

  // Closes something when the system stops: clients must not keep the test process alive.
  onStop(close) {
    this.closers.add(close);
  }

  // Stops all, also what has been killed and not restarted.
  async stop() {
    for (const close of this.closers) close();
    for (const process of [...this.processes].reverse()) {
      if (process.running) await process.kill9();
    }
    if (this.dir) rmSync(this.dir, { recursive: true, force: true });
  }

  printLogs() {
    for (const process of this.processes) {
      console.error(`---- ${process.name}: the end of its log ----\n${process.tail(process === this.redis ? 3 : 40)}`);
    }
  }

  // Throws if a process has ended, or if a token stands in a log.
  assertHealthy() {
    for (const process of this.processes) {
      if (!process.running) throw new Error(`${process.name} has ended:\n${process.tail()}`);
      for (const secret of this.secrets) {
        if (process.log.includes(secret)) throw new Error(`${process.name} has logged a token`);
      }
    }
  }
}

// Like node:test's `test`, for tests against a system: shows the logs' ends if the test fails, and fails it if
// a process has crashed or leaked a token into its log. `it(name, [options,] body)`.
export function testOn(getSystem, { timeoutMs = 60_000 } = {}) {
  return (name, ...rest) => {
    const body = rest.pop();
    return test(name, { timeout: timeoutMs, ...rest[0] }, async (t) => {
      try {
        await body(t);
        getSystem().assertHealthy();
      } catch (error) {
        getSystem()?.printLogs();
        throw error;
      }
    });
  };
}
