// The benchmarks of single functions (Google Benchmark), which stand beside the code. BENCH_MICRO names their binaries.

import { join } from 'node:path';
import { kServerCpu } from './processes.mjs';

const kMinSeconds = '0.1'; // For each function.
const kNanoseconds = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

export const microScenario = [
  {
    name: 'CPU, ns',
    run: async (bench, processes) => {
      const sample = {};
      for (const binary of bench.micro) {
        const file = join(bench.bin, binary);
        const text = await processes.run('micro', kServerCpu, file, [
          `--benchmark_min_time=${kMinSeconds}`, '--benchmark_format=json',
        ], { cwd: `${file}.runfiles/caucus` }); // Where their data is.
        Object.assign(sample, interpretBenchmarks(binary, JSON.parse(text)));
      }
      return sample;
    },
  },
];

// {'edge/socketio/namespace: BroadcastToRoom/sockets:10': nanoseconds of CPU, ...}
export function interpretBenchmarks(binary, { benchmarks }) {
  const where = binary.replace(/_benchmark$/, '');
  return Object.fromEntries(
    benchmarks.map(({ name, cpu_time: time, time_unit: unit }) => [
      `${where}: ${name.replace(/^BM_/, '')}`, time * kNanoseconds[unit],
    ]),
  );
}

// A line for each function that was measured.
export function microFigures(samples) {
  const keys = Object.values(samples).flat().flatMap(Object.keys).filter((key) => key.includes(': '));
  return [...new Set(keys)].sort().map((key) => ({ label: key, key }));
}
