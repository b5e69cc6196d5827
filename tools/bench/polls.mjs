// polls-service with its Redis and auth-service, and the append of its log beside the bare script in the same Redis.

import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './processes.mjs';

const kBothCores = '0,1';
const kNoLimits = ['--polls_per_minute=0', '--joins_per_minute=0', '--changes_per_minute=0'];

// As ./dev up starts it, but that it has a port, too.
async function startRedis(bench, processes, cpu = kBothCores) {
  const port = await freePort();
  const folder = mkdtempSync(join(bench.scratch, 'redis-'));
  const socket = join(folder, 'socket');
  const redis = processes.start('redis', cpu, 'redis-server', [
    '--port', `${port}`, '--bind', '127.0.0.1', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly',
    'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction',
  ]);
  await processes.listening(redis, port);
  return { redis, port, socket };
}

// Starts the three, which call one another by Unix sockets, as those of ./dev up do. Returns them and the addresses of
// polls-service and auth-service.
export async function startPolls(bench, processes, cpu = kBothCores) {
  const { redis, socket } = await startRedis(bench, processes, cpu);
  const folder = mkdtempSync(join(bench.scratch, 'polls-'));
  const [authAddress, address] = [`unix:${join(folder, 'auth.sock')}`, `unix:${join(folder, 'polls.sock')}`];
  const key = join(folder, 'service.key');
  mkdirSync(join(folder, 'auth'), { mode: 0o700 });
  const auth = processes.start('auth', cpu, join(bench.bin, 'auth-service/main/auth_main'), [
    `--listen=${authAddress}`, `--data_dir=${join(folder, 'auth')}`, `--service_key_file=${key}`,
  ]);
  await processes.listening(auth, authAddress.slice('unix:'.length));
  const polls = processes.start('polls', cpu, join(bench.bin, 'polls-service/main/polls_main'), [
    `--listen=${address}`, `--redis=${socket}`, `--auth=${authAddress}`, `--auth_service_key_file=${key}`,
    ...kNoLimits,
  ]);
  await processes.listening(polls, address.slice('unix:'.length));
  return { redis, auth, polls, address, authAddress };
}

const votes = (polls, callers) => ({
  name: `${polls === 1 ? 'one poll' : `${polls.toLocaleString('en-US')} polls`}, ${callers}`,
  run: async (bench, processes) => {
    const { address } = await startPolls(bench, processes);
    const text = await processes.run('polls_load', kBothCores, join(bench.bin, 'tests/load/polls_load'), [
      `--target=${address}`, `--polls=${polls}`, `--callers=${callers}`, `--duration=${bench.phases.duration}s`,
    ]);
    const json = JSON.parse(text);
    return {
      votesPerSecond: json.votes_per_second,
      commitsPerSecond: json.commits_per_second,
      p50Ms: json.p50_ms,
      p99Ms: json.p99_ms,
    };
  },
});

// The script alone: each call begins a log of its own, with a payload like a vote's.
const script = (clients) => ({
  name: `bare script, ${clients}`,
  run: async (bench, processes) => {
    const { port } = await startRedis(bench, processes);
    const source = readFileSync(join(bench.root, 'polls-service/log/scripts/append.lua'), 'utf8');
    const sha = await processes.run('redis-cli', kBothCores, 'redis-cli', ['-p', `${port}`, 'script', 'load', source]);
    const expire = (Math.floor(Date.now() / 1_000) + 600) * 1_000;
    const text = await processes.run('redis-benchmark', kBothCores, 'redis-benchmark', [
      '-p', `${port}`, '-c', `${clients}`, '-n', '100000', '-r', '1000000000', '--csv',
      'evalsha', sha.trim(), '2', 'poll:{__rand_int__}:log', 'poll:{__rand_int__}:snapshot', '0', '1',
      'commit-id-of-usual-size', 'x'.repeat(70), `${expire}`, 'poll:{__rand_int__}:changes', '',
    ]);
    const columns = text.trim().split('\n').at(-1).split('","');
    return { commitsPerSecond: Number(columns[1]), p50Ms: Number(columns[4]), p99Ms: Number(columns[6]) };
  },
});

export const pollsScenario = [votes(1, 64), votes(1, 256), votes(1_000, 256), script(64), script(256)];
