// One poll of many people, with the whole product, and with the earlier application's design (polls_nest).

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startPolls } from './polls.mjs';
import { freePort, kLoadCpu, kServerCpu } from './processes.mjs';
import { startEdges } from './servers.mjs';

// Servers on one core and the load on the other, but that 10,000 people have both.
const coresFor = (people) =>
  people > 1_000 ? { server: '0,1', load: '0,1' } : { server: kServerCpu, load: kLoadCpu };
const kSettleMs = 1_000;
const kPeer = 'tests/load/peers/polls_nest';

// Starts what serves a crowd. Returns {url, pids: {name: pid}}.
const systems = {
  caucus: async (bench, processes, cpu) => {
    const { redis, auth, polls, address, authAddress } = await startPolls(bench, processes, cpu);
    const [{ edge, port }] = await startEdges(bench, processes, address, {
      cpu, auth: authAddress, descriptor: 'proto/polls.descriptor',
    });
    return { url: `127.0.0.1:${port}`, pids: { edge: edge.pid, polls: polls.pid, auth: auth.pid, redis: redis.pid } };
  },
  nest: async (bench, processes, cpu) => {
    const [port, redisPort] = [await freePort(), await freePort()];
    const redis = processes.start('redis', cpu, 'redis-server', [
      '--port', `${redisPort}`, '--bind', '127.0.0.1', '--dir', mkdtempSync(join(bench.scratch, 'redis-')),
      '--save', '', '--appendonly', 'no',
    ]);
    await processes.listening(redis, redisPort);
    const nest = processes.start('polls_nest', cpu, 'node', [join(bench.root, kPeer, 'main.js')], {
      env: { PORT: `${port}`, REDIS: `redis://127.0.0.1:${redisPort}` },
    });
    await processes.listening(nest, port);
    return { url: `127.0.0.1:${port}`, pids: { nest: nest.pid, redis: redis.pid } };
  },
};

const crowd = (target, people, more = {}) => {
  const { mode = 'deltas', name = target, ...rest } = more;
  return {
    name: `${name}, ${people.toLocaleString('en-US')}`,
    run: async (bench, processes) => {
      const cores = coresFor(people);
      const { url, pids } = await systems[target](bench, processes, cores.server);
      await delay(kSettleMs);
      const named = Object.entries(pids).map(([process, pid]) => `${process}=${pid}`).join(',');
      const text = await processes.run('poll_crowd', cores.load, join(bench.bin, 'tests/load/poll_crowd'), [
        `--server=${url}`, `--target=${target}`, `--mode=${mode}`, `--people=${people}`, `--pids=${named}`,
        '--max_time=300s',
      ]);
      return interpretCrowd(JSON.parse(text));
    },
    ...rest,
  };
};

export const crowdScenario = [
  crowd('caucus', 100),
  crowd('nest', 100),
  crowd('caucus', 1_000),
  crowd('caucus', 1_000, { name: 'caucus, snapshots', mode: 'snapshot', extra: true }),
  crowd('nest', 1_000),
  crowd('caucus', 10_000),
];

// CPU and memory of each process are `edgeCpuS`, `edgePeakMb` and so on; the gaps between phases are in no figure.
export function interpretCrowd(json) {
  const phases = Object.values(json.phases);
  const sample = {
    wallS: phases.reduce((sum, phase) => sum + phase.seconds, 0),
    ackP50Ms: json.ack_p50_ms,
    ackP99Ms: json.ack_p99_ms,
    knownP50Ms: json.vote_known_p50_ms,
    knownP99Ms: json.vote_known_p99_ms,
    finalMs: json.final_state_ms,
    receivedMb: json.bytes_received / 1e6,
    updates: json.updates,
    cpuS: 0,
    loadCpuS: phases.reduce((sum, phase) => sum + phase.own_cpu_seconds, 0),
  };
  for (const [name, process] of Object.entries(json.processes)) {
    if (name === 'own') continue;
    sample.cpuS += process.cpu_seconds;
    sample[`${name}CpuS`] = process.cpu_seconds;
    sample[`${name}PeakMb`] = process.resident_mb_peak;
  }
  return sample;
}
