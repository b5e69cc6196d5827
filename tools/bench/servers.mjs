// Starting what is measured: the edge with its backends, and its peers. The servers run on one core, the load and what
// is behind the edge on the other.
//
// Each starter returns {servers, helpers, urls}: pids of what is measured, pids of what is not, and where clients go.

import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, kLoadCpu, kServerCpu } from './processes.mjs';

const kSettleMs = 700; // For the work of a start to end.

// One client must be able to do what many do: no limits by address, no limits by time.
const kEdgeFlags = ['--connections_per_address_max=0', '--events_per_second=0', '--feeds_max=200000'];

async function settle(servers, helpers, ports) {
  await delay(kSettleMs);
  return {
    servers: servers.map((child) => child.pid),
    helpers: helpers.map((child) => child.pid),
    urls: ports.map((port) => `127.0.0.1:${port}`),
  };
}

// On a Unix socket, as it runs beside the edge, or by `tcp`.
export async function startBackend(bench, processes, { tcp = false } = {}) {
  const port = tcp ? await freePort() : undefined;
  const address = tcp ? `127.0.0.1:${port}` : `unix:${join(mkdtempSync(join(bench.scratch, 'backend-')), 'socket')}`;
  const backend = processes.start('backend', kLoadCpu, join(bench.bin, 'tests/load/bench_backend_main'), [
    `--listen=${address}`,
  ]);
  await processes.listening(backend, port ?? address.slice('unix:'.length));
  return { backend, address };
}

// auth-service with the keys that `bench.tokens` were signed with.
export async function startAuth(bench, processes) {
  const address = `127.0.0.1:${await freePort()}`;
  const auth = processes.start('auth', kLoadCpu, join(bench.bin, 'auth-service/main/auth_main'), [
    `--listen=${address}`, `--data_dir=${bench.authFolder}`, `--service_key_file=${bench.serviceKey}`,
  ]);
  await processes.listening(auth, Number(address.split(':')[1]));
  return { auth, address };
}

// Starts edges in front of a backend that runs already. `address` of auth-service may be empty.
export async function startEdges(bench, processes, backend, options = {}) {
  const { edges = 1, shards = 1, cpu = kServerCpu, auth = '', descriptor = 'tests/load/bench.descriptor' } = options;
  const started = [];
  for (let i = 0; i < edges; ++i) {
    const port = await freePort();
    const edge = processes.start(`edge-${i}`, cpu, join(bench.bin, 'edge/main/edge_main'), [
      `--listen=127.0.0.1:${port}`, `--backend=${backend}`, `--auth=${auth}`, `--shards=${shards}`,
      `--descriptor_set=${join(bench.bin, descriptor)}`, `--edge_id=bench-${i}`, ...kEdgeFlags,
    ]);
    started.push({ edge, port });
  }
  for (const { edge, port } of started) await processes.listening(edge, port);
  return started;
}

// The edge with its backend, and with auth-service where `auth` is true.
export const caucus = ({ auth = false, tcp = false, ...options } = {}) => async (bench, processes) => {
  const { backend, address } = await startBackend(bench, processes, { tcp });
  const helpers = [backend];
  const edgeOptions = { ...options };
  // /token asks for an auth-service at the edge's start; only those who use it need a real one.
  edgeOptions.auth = address;
  if (auth) {
    const started = await startAuth(bench, processes);
    helpers.push(started.auth);
    edgeOptions.auth = started.address;
  }
  const edges = await startEdges(bench, processes, address, edgeOptions);
  return settle(edges.map(({ edge }) => edge), helpers, edges.map(({ port }) => port));
};

async function startPeer(processes, name, command, args, env, helpers = []) {
  const port = await freePort();
  const server = processes.start(name, kServerCpu, command, args(port), { env: { PORT: `${port}`, ...env } });
  await processes.listening(server, port);
  return settle([server], helpers, [port]);
}

export const raw = (bench, processes) => startPeer(processes, 'raw', bench.raw, (port) => [`${port}`], {});

const script = (file) => () => [file];

export const node = (namespace) => (bench, processes) =>
  startPeer(processes, 'node', 'node', script(join(bench.peers, 'node/server.js')), { NS: namespace });

export const eiows = (namespace) => (bench, processes) =>
  startPeer(processes, 'eiows', 'node', script(join(bench.peers, 'eiows/server.js')), { NS: namespace, ENGINE: 'eiows' });

// A NestJS gateway serves one namespace: siobench's.
export const nest = (bench, processes) =>
  startPeer(processes, 'nest', 'node', script(join(bench.peers, 'nest/dist/main.js')), {});

export const nodeGrpc = async (bench, processes) => {
  const { backend, address } = await startBackend(bench, processes);
  const file = join(bench.root, 'tests/load/peers/node_grpc/server.mjs');
  return startPeer(processes, 'node_grpc', 'node', script(file), { BACKEND: address }, [backend]);
};

export const nodeToken = (bench, processes) => {
  const file = join(bench.root, 'tests/load/peers/node_token/server.mjs');
  return startPeer(processes, 'node_token', 'node', script(file), { JWKS: bench.jwks });
};

// Two of Node's servers and the Redis that connects them, all of which are the server.
export const cluster = (namespace) => async (bench, processes) => {
  const redisPort = await freePort();
  const redis = processes.start('redis', kServerCpu, 'redis-server', [
    '--port', `${redisPort}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', bench.scratch,
  ]);
  await processes.listening(redis, redisPort);
  const ports = [await freePort(), await freePort()];
  const servers = [];
  for (const port of ports) {
    const server = processes.start(`node-${port}`, kServerCpu, 'node', [join(bench.peers, 'node/server.js')], {
      env: { PORT: `${port}`, NS: namespace, REDIS_URL: `redis://127.0.0.1:${redisPort}` },
    });
    await processes.listening(server, port);
    servers.push(server);
  }
  return settle([redis, ...servers], [], ports);
};

// Which of siobench's own npm peers are installed.
export function installedPeers(bench) {
  try {
    return readdirSync(bench.peers);
  } catch {
    return [];
  }
}
