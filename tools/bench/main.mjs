// ./dev bench [ROW...] [--list] [--rounds N] [--duration S] [--write] [--all-peers] [--no-wait]
//
// Called by tools/dev/bench.sh, which builds what is measured. From the environment: BENCH_ROOT (the checkout),
// BENCH_BIN (Bazel's folder of optimised binaries), BENCH_WORK (for logs, samples, keys), BENCH_SIOBENCH, BENCH_SIOBENCH_VERSION,
// BENCH_RAW and BENCH_PEERS (the shared tool; empty where it is absent), BENCH_MICRO (binaries, one a line).

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine, describeVersions, installedVersions } from './machine.mjs';
import { namesOf, plan } from './plan.mjs';
import { disturbedOf, pageOf, plainTable, shownOf, storedText, tableOf } from './report.mjs';
import { rows } from './rows.mjs';
import { runScenarios } from './runner.mjs';
import { scenarios } from './scenarios.mjs';
import { installedPeers } from './servers.mjs';
import { prepareTokens } from './tokens.mjs';

const kPage = 'docs/performance.md';
const kResults = 'docs/performance.json';

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      rounds: { type: 'string', default: '3' },
      duration: { type: 'string', default: '4' },
      write: { type: 'boolean' },
      'all-peers': { type: 'boolean' },
      'no-wait': { type: 'boolean' },
      report: { type: 'boolean' },
    },
  });
  return { ...values, rows: namesOf(rows, positionals) };
}

function versionsOf(bench) {
  const peers = {};
  const add = (folder, names) => {
    if (existsSync(join(folder, 'node_modules'))) Object.assign(peers, installedVersions(folder, names));
  };
  add(join(bench.peers, 'node'), ['socket.io', 'engine.io', 'ws', 'redis', '@socket.io/redis-adapter']);
  add(join(bench.peers, 'eiows'), ['eiows']);
  add(join(bench.peers, 'nest'), ['@nestjs/core', '@nestjs/platform-socket.io']);
  add(join(bench.root, 'tests/load/peers/node_grpc'), ['@grpc/grpc-js']);
  add(join(bench.root, 'tests/load/peers/node_token'), ['jose']);
  add(join(bench.root, 'tests/load/peers/polls_nest'), ['ioredis']);
  return { ...describeVersions(), siobench: process.env.BENCH_SIOBENCH_VERSION, ...peers };
}

// The row's samples, of all its scenarios; with `only`, those variants in that order.
function samplesOf(row, results) {
  const all = Object.assign({}, ...row.scenarios.map((scenario) => results[scenario] ?? {}));
  const names = row.only ?? Object.keys(all);
  return Object.fromEntries(names.filter((name) => all[name]).map((name) => [name, all[name]]));
}

function printRow(row, samples) {
  const [disturbed, all] = disturbedOf(samples);
  console.log(`\n${row.name}: ${row.title}\n`);
  console.log(plainTable(tableOf(row, samples)));
  if (disturbed > 0) console.log(`\nIn ${disturbed} of ${all} runs others used more than 15 % of a CPU.`);
}

const readResults = (root) => {
  const file = join(root, kResults);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
};

function writePage(root, stored) {
  const text = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
  const words = { intro: text('page_intro.md'), reading: text('page_reading.md') };
  writeFileSync(join(root, kPage), pageOf(rows, stored, words));
}

async function main() {
  const options = readOptions();
  const root = process.env.BENCH_ROOT;
  if (options.list) {
    for (const row of rows) console.log(`${row.name.padEnd(16)} ${row.title}`);
    return;
  }
  if (options.report) return writePage(root, readResults(root));

  for (const name of ['rounds', 'duration']) {
    if (!(Number(options[name]) > 0)) throw new Error(`--${name} wants a number above zero`);
  }
  const bench = {
    root,
    bin: process.env.BENCH_BIN,
    work: process.env.BENCH_WORK,
    scratch: join(process.env.BENCH_WORK, 'scratch'),
    siobench: process.env.BENCH_SIOBENCH,
    raw: process.env.BENCH_RAW,
    peers: process.env.BENCH_PEERS,
    rounds: Number(options.rounds),
    phases: { warmUp: Math.min(1.5, Number(options.duration) / 2), duration: Number(options.duration) },
    waits: !options['no-wait'],
    failures: [],
  };
  for (const folder of [bench.scratch, join(bench.work, 'log')]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  bench.installed = installedPeers(bench);
  bench.micro = process.env.BENCH_MICRO.split('\n').filter(Boolean);
  const full = options.rows.length === 0;
  const { wanted, skipped, scenarios: planned } = plan(rows, scenarios, bench, {
    names: options.rows,
    extras: full || options['all-peers'],
  });
  for (const row of skipped) console.error(`skipped: ${row.name}: it needs siobench, and CAUCUS_SHARED has none`);
  if ('tokens' in planned) await prepareTokens(bench);

  const about = {
    date: new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
    ...describeCommit(root),
    command: ['./dev bench', ...process.argv.slice(2)].join(' '),
    rounds: bench.rounds,
    machine: describeMachine(),
    versions: versionsOf(bench),
  };
  const results = await runScenarios(bench, planned);
  const stored = readResults(root);
  for (const row of wanted) {
    const samples = samplesOf(row, results);
    printRow(row, samples);
    if (Object.keys(samples).length > 0) stored[row.name] = { ...about, samples: shownOf(row, samples) };
  }
  if (skipped.length > 0) console.log(`\nSkipped without siobench: ${skipped.map(({ name }) => name).join(', ')}`);
  if (full || options.write) {
    writeFileSync(join(root, kResults), storedText(stored));
    writePage(root, stored);
    console.log(`\nWritten: ${kPage}, ${kResults}`);
  }
  rmSync(bench.scratch, { recursive: true, force: true });
  if (bench.failures.length > 0) throw new Error(`runs failed:\n  ${bench.failures.join('\n  ')}`);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(`bench: ${error.message}`);
    process.exit(1);
  },
);
