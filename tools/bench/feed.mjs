// The fan-out of messages from feeds, driven by tests/load/feed_load, which is backend and clients at once.

import { join } from 'node:path';
import { freePort, kLoadCpu } from './processes.mjs';
import { startEdges } from './servers.mjs';

export const feedScenario = [
  {
    name: 'caucus, feed',
    run: async (bench, processes) => {
      const backend = `127.0.0.1:${await freePort()}`;
      const [{ edge, port }] = await startEdges(bench, processes, backend, { auth: backend });
      const text = await processes.run('feed_load', kLoadCpu, join(bench.bin, 'tests/load/feed_load'), [
        `--backend_listen=${backend}`, `--edge=127.0.0.1:${port}`, '--clients=1000', '--rooms=100', '--inflight=4',
        `--server_pid=${edge.pid}`, `--warmup=${bench.phases.warmUp}s`, `--duration=${bench.phases.duration}s`,
      ]);
      return interpretFeedLoad(JSON.parse(text));
    },
  },
];

export function interpretFeedLoad(json) {
  return {
    perSecond: json.deliveries_per_second,
    cpuUs: json.server_cpu_us_per_delivery,
    userUs: json.server_user_us_per_delivery,
    p50Ms: json.p50_ms,
    p99Ms: json.p99_ms,
    serverCpuPercent: json.server_cpu_percent,
    loadCpuPercent: json.own_cpu_percent,
    lost: json.lost,
  };
}
