// Runs scenarios: rounds outermost and variants innermost, so that what is compared was measured at about the same
// time.

import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNumber } from './figures.mjs';
import { waitUntilQuiet, watchOthers, watchStolen } from './machine.mjs';
import { Processes } from './processes.mjs';

const kDisturbedPercent = 15; // Of one CPU, used by others.
const kAttempts = 3;

const isDisturbed = (sample) => sample.foreignCpuPercent > kDisturbedPercent;

// A load generator may tell what other processes used in its window; else it is what others used in the whole run.
async function runOnce(bench, variant) {
  const processes = new Processes(join(bench.work, 'log'));
  if (bench.waits) await waitUntilQuiet();
  const [othersUsed, stolen] = [watchOthers(), watchStolen()];
  let sample;
  try {
    sample = await variant.run(bench, processes);
  } finally {
    await processes.stop();
  }
  const { foreignCpuPercent: told } = sample;
  return { ...sample, foreignCpuPercent: told === undefined ? othersUsed() : told + stolen() };
}

// The least disturbed of some attempts; one is enough where nobody disturbs it.
async function run(bench, variant) {
  let best;
  for (let attempt = 0; attempt < (bench.waits ? kAttempts : 1); ++attempt) {
    const sample = await runOnce(bench, variant);
    if (!best || sample.foreignCpuPercent < best.foreignCpuPercent) best = sample;
    if (!isDisturbed(best)) break;
  }
  return { ...best, disturbed: isDisturbed(best) };
}

function brief(sample) {
  const keys = ['cpuUs', 'perSecond', 'p99Ms', 'connectCpuMs', 'rssKb', 'foreignCpuPercent'];
  return keys.filter((key) => key in sample).map((key) => `${key} ${formatNumber(sample[key])}`).join(', ');
}

// Runs {scenario: [variant, ...]}. Returns {scenario: {variant: [sample, ...]}}; a variant that failed in a round has
// no sample of it, and the reason is in `bench.failures`.
export async function runScenarios(bench, planned) {
  const results = {};
  const log = join(bench.work, 'samples.jsonl');
  writeFileSync(log, '');
  for (let round = 1; round <= bench.rounds; ++round) {
    for (const [scenario, variants] of Object.entries(planned)) {
      const samples = (results[scenario] ??= {});
      for (const variant of variants) {
        const label = `round ${round} of ${bench.rounds}, ${scenario}: ${variant.name}`;
        try {
          const sample = await run(bench, variant);
          (samples[variant.name] ??= []).push(sample);
          appendFileSync(log, `${JSON.stringify({ scenario, variant: variant.name, round, ...sample })}\n`);
          console.error(`${label}: ${brief(sample)}`);
        } catch (error) {
          bench.failures.push(`${scenario}: ${variant.name}: ${error.message.split('\n')[0]}`);
          console.error(`${label}: FAILED: ${error.message}`);
        }
      }
    }
  }
  return results;
}
