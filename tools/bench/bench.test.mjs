// The pure parts: from what a load generator says to tables and verdicts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpretFeedLoad } from './feed.mjs';
import { absolute, formatLimit, formatNumber, median, medians, ratio, spread, verdict } from './figures.mjs';
import { interpretCrowd } from './crowd.mjs';
import { interpretBenchmarks, microFigures } from './micro.mjs';
import { namesOf, plan } from './plan.mjs';
import { disturbedOf, markdownTable, pageOf, plainTable, shownOf, storedText, tableOf } from './report.mjs';
import { rows } from './rows.mjs';
import { scenarios } from './scenarios.mjs';
import { interpret } from './siobench.mjs';

const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test('A median is the middle, or between the middle two, of what is a number', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, undefined, 2, 3, NaN]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

test('The spread is half the span as a share of the median', () => {
  near(spread([9, 10, 13]), 0.2);
  assert.ok(Number.isNaN(spread([5])));
});

test('A verdict takes the bound itself as met, and gives none without a target or a measurement', () => {
  assert.equal(verdict(1.25, { max: 1.25 }), 'met');
  assert.equal(verdict(1.26, { max: 1.25 }), 'not met');
  assert.equal(verdict(3, { min: 3 }), 'met');
  assert.equal(verdict(2.9, { min: 3 }), 'not met');
  assert.equal(verdict(2.9, undefined), '');
  assert.equal(verdict(NaN, { max: 1 }), '');
});

test('Numbers keep the digits that mean something', () => {
  assert.deepEqual([243_333.4, 100.4, 12.34, 1.234, 0.01234, 0, 7, NaN].map(formatNumber), [
    '243,333', '100', '12.3', '1.23', '0.0123', '0', '7', '–',
  ]);
  assert.equal(formatLimit({ max: 1 / 8, text: '1/8' }, '× node'), '≤ 1/8 × node');
  assert.equal(formatLimit({ min: 3 }, '× node'), '≥ 3 × node');
});

test('A ratio is taken of medians', () => {
  const get = medians({ caucus: [{ cpuUs: 4 }, { cpuUs: 3 }, { cpuUs: 50 }], raw: [{ cpuUs: 2 }, { cpuUs: 4 }] });
  near(ratio('CPU', 'cpuUs', 'caucus', 'raw').measure(get), 4 / 3);
  assert.ok(Number.isNaN(ratio('CPU', 'cpuUs', 'caucus', 'node').measure(get)));
});

const kLatency = { n: 1, p50: 1_000, p99: 5_000 };
const kConnect = {
  ok: 1_000, per_s: 20_000, latency_us: kLatency, rss_kb_per_conn: 2.5, foreign_cpu_pct: 40,
  server_cpu: [{ cpu_s: 0.03, user_s: 0.01, sys_s: 0.02 }, { cpu_s: 9, user_s: 9, sys_s: 0 }],
};

test('Of a fan-out, CPU is the servers’, not that of the helpers behind them', () => {
  const sample = interpret({
    connect: kConnect,
    fanout: {
      seconds: 2, delivered: 100_000, latency_us: kLatency, lost: 1, dropped: 2,
      server_cpu: [{ cpu_s: 0.4, user_s: 0.1, sys_s: 0.3 }, { cpu_s: 1, user_s: 1, sys_s: 0 }],
    },
    self: { cpu_pct: 50, foreign_cpu_pct: 3 },
  }, 1);
  assert.equal(sample.perSecond, 50_000);
  near(sample.cpuUs, 4);
  near(sample.userUs, 1);
  near(sample.serverCpuPercent, 20);
  assert.equal(sample.p99Ms, 5);
  assert.equal(sample.lost, 3);
  assert.equal(sample.foreignCpuPercent, 3, 'only the window counts');
});

test('Of connects, CPU is per thousand, and memory that after the idle time', () => {
  const idle = { seconds: 20, dropped: 0, rss_kb_per_conn: 2, foreign_cpu_pct: 1, server_cpu: [{ cpu_s: 0.1 }] };
  const sample = interpret({ connect: kConnect, idle }, 1);
  near(sample.connectCpuMs, 30);
  near(sample.idleCpuPercent, 0.5);
  assert.equal(sample.rssKb, 2);
  assert.equal(sample.foreignCpuPercent, 40);
  assert.equal(interpret({ connect: kConnect }, 1).rssKb, 2.5);
});

test('Of acks, the rate is that of the window', () => {
  const echo = {
    seconds: 4, acks: 8_000, latency_us: kLatency, unanswered: 0, dropped: 0,
    server_cpu: [{ cpu_s: 0.8, user_s: 0.4, sys_s: 0.4 }],
  };
  const sample = interpret({ connect: kConnect, echo, self: { cpu_pct: 9, foreign_cpu_pct: 0 } }, 1);
  assert.equal(sample.perSecond, 2_000);
  near(sample.cpuUs, 100);
});

test('What feed_load says has the names of a fan-out', () => {
  const sample = interpretFeedLoad({ deliveries_per_second: 9, server_cpu_us_per_delivery: 4, p99_ms: 3, lost: 0 });
  assert.equal(sample.perSecond, 9);
  assert.equal(sample.cpuUs, 4);
  assert.equal(sample.p99Ms, 3);
});

test('Of a crowd, CPU is all servers’ and that of each, not the load generator’s', () => {
  const process = (cpu_seconds) => ({ cpu_seconds, resident_mb_peak: 20 });
  const sample = interpretCrowd({
    phases: { join: { seconds: 10, own_cpu_seconds: 1 }, vote: { seconds: 11, own_cpu_seconds: 2 } },
    processes: { edge: process(1.5), redis: process(0.5), own: process(3) },
    ack_p99_ms: 12, final_state_ms: null, bytes_received: 3e6,
  });
  assert.equal(sample.wallS, 21);
  assert.equal(sample.cpuS, 2);
  assert.equal(sample.edgeCpuS, 1.5);
  assert.equal(sample.redisPeakMb, 20);
  assert.equal(sample.loadCpuS, 3);
  assert.equal(sample.receivedMb, 3);
});

test('Benchmarks of functions are nanoseconds under the name of their code, each a line without a result', () => {
  const sample = interpretBenchmarks('edge/socketio/packet_benchmark', {
    benchmarks: [{ name: 'BM_Quote/bytes:8', cpu_time: 2.5, time_unit: 'us' }],
  });
  assert.deepEqual(sample, { 'edge/socketio/packet: Quote/bytes:8': 2_500 });
  assert.deepEqual(tableOf({ figures: microFigures }, { ns: [{ ...sample, disturbed: false }] }), [
    ['', 'ns'], ['edge/socketio/packet: Quote/bytes:8', '2,500'],
  ]);
});

const kRow = {
  name: 'fan', title: 'Fan-out', what: 'All get it.', scenarios: ['fan'], needs: 'siobench',
  figures: [
    ratio('CPU', 'cpuUs', 'caucus', 'raw', { max: 1.25 }),
    ratio('the same', 'cpuUs', 'caucus', 'node', { max: 0.5 }),
    absolute('memory', 'rssKb', 'caucus', 'KB', { max: 3 }),
    { label: 'lost', key: 'lost' },
  ],
};
const kSamples = {
  caucus: [
    { cpuUs: 3, rssKb: 4, lost: 0, disturbed: true }, { cpuUs: 3.3, rssKb: 4, lost: 0 }, { cpuUs: 3.6, rssKb: 4, lost: 0 },
  ],
  raw: [{ cpuUs: 3, rssKb: 1, lost: 0 }],
};

test('A table has each variant, the result beside its target, and the verdict', () => {
  assert.deepEqual(tableOf(kRow, kSamples), [
    ['', 'caucus', 'raw', 'result', 'target', ''],
    ['CPU', '3.30 ±9 %', '3', '1.10 × raw', '≤ 1.25 × raw', 'met'],
    ['the same', '', '', 'not measured', '≤ 0.50 × node', ''],
    ['memory', '4', '1', '4 KB', '≤ 3 KB', 'not met'],
    ['lost', '0', '0', '', '', ''],
  ]);
  assert.deepEqual(disturbedOf(kSamples), [1, 4]);
});

test('Tables are aligned for the terminal, and Markdown for the page', () => {
  assert.equal(plainTable([['a', 'b'], ['long', '1']]), 'a     b\nlong  1');
  assert.equal(markdownTable([['a', 'b'], ['long', '1']]), '| a | b |\n| --- | ---: |\n| long | 1 |');
});

test('Of samples, what the row shows is stored, and can be read again', () => {
  const samples = { caucus: [{ cpuUs: 1.23456, secret: 1, disturbed: false }], raw: [] };
  const stored = { fan: { date: '2026-01-02', samples: shownOf(kRow, samples) } };
  assert.deepEqual(stored.fan.samples, { caucus: [{ cpuUs: 1.235, disturbed: false }], raw: [] });
  assert.deepEqual(JSON.parse(storedText({ ...stored, two: stored.fan })), { ...stored, two: stored.fan });
});

test('The page tells targets, conditions and what was not measured', () => {
  const about = {
    date: '2026-01-02', commit: 'abc', dirty: true, rounds: 3, machine: 'a box', command: './dev bench', versions: { ws: '8' },
  };
  const other = { ...kRow, name: 'other' };
  const page = pageOf([kRow, other], { fan: { ...about, samples: kSamples } }, { intro: '# P\n', reading: 'Read.\n' });
  assert.match(page, /^# P\n/);
  assert.match(page, /\| Fan-out: CPU \| ≤ 1.25 × raw \| 1.10 × raw \| met \| \[fan\]\(#fan\) \|/);
  assert.match(page, /\| Fan-out: against node \| ≤ 0.50 × node \| not measured \| {2}\|/);
  assert.match(page, /- a box\n/);
  assert.match(page, /- ws 8\n/);
  assert.match(page, /`.\/dev bench`, 2026-01-02, commit abc with local changes; 3 rounds. In 1 of 4 runs others/);
  assert.match(page, /### other[^]*Not measured yet: `.\/dev bench other --write`/);
});

test('Rows are asked for by name, or several by what comes before the dash', () => {
  const some = ['fanout', 'fanout-rpc', 'idle-cpu', 'idle-memory'].map((name) => ({ name }));
  assert.deepEqual(namesOf(some, ['fanout', 'idle']), ['fanout', 'idle-cpu', 'idle-memory']);
  assert.throws(() => namesOf(some, ['fan']), /no such row: fan. There are: fanout, /);
});

test('A plan runs what the named rows need, each once, and extra peers only when asked', () => {
  const [ours, extra, absent] = [{ name: 'caucus' }, { name: 'nest', extra: true }, { name: 'x', when: () => false }];
  const both = [kRow, { ...kRow, name: 'two' }, { ...kRow, name: 'three', needs: undefined, only: ['raw'] }];
  const known = { fan: [ours, extra, absent] };
  const some = plan(both, known, { siobench: 'here' }, { names: ['fan', 'two'], extras: false });
  assert.deepEqual(some.scenarios, { fan: [ours] });
  const all = plan(both, known, { siobench: 'here' }, { names: [], extras: true });
  assert.deepEqual(all.scenarios, { fan: [ours, extra] });
  const without = plan(both, known, { siobench: '' }, { names: [], extras: true });
  assert.deepEqual(without.skipped.map(({ name }) => name), ['fan', 'two']);
  assert.deepEqual(without.scenarios, { fan: [] });
});

test('Every row reads scenarios that exist, and its figures variants that they have', () => {
  for (const row of rows) {
    const variants = row.scenarios.flatMap((name) => scenarios[name].map((variant) => variant.name));
    const asked = new Set();
    const keys = new Set();
    const get = (variant, key) => asked.add(variant) && keys.add(key) && 1;
    if (Array.isArray(row.figures)) row.figures.forEach((figure) => figure.measure?.(get));
    for (const key of keys) {
      assert.ok(row.figures.some((figure) => figure.key === key), `${row.name}: ${key} is not shown`);
    }
    for (const variant of asked) assert.ok(variants.includes(variant), `${row.name}: ${variant}`);
    for (const name of row.only ?? []) assert.ok(variants.includes(name), `${row.name}: ${name}`);
  }
  assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
});
