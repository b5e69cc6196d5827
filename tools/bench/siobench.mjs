// The load generator of ../shared/tools/siobench: how it is run, and what its JSON means.

import { kLoadCpu } from './processes.mjs';

// Payloads as large as a small poll's.
const kPoll = '{"id":"A1B2C3","topic":"Where shall we eat?","votes":{"a":3,"b":5,"c":1},"participants":12,"open":true}';
const kMessage = `{"room":"%ROOM%","ts":"%TS%","poll":${kPoll}}`;
const kRoomAuth = ['--auth-template', '{"room":"%ROOM%"}'];

const padded = (bytes) => kMessage.replace('Where shall we eat?', 'x'.repeat(bytes));

const fanout = (rooms, people, message = kMessage) => [
  'fanout', '--clients', `${rooms * people}`, '--rooms', `${rooms}`, '--publishers', `${rooms}`,
  '--emit-payload', message, ...kRoomAuth,
];

// The arguments of each kind of work.
export const work = {
  // Each room's next message leaves when all its members have one of the four under way.
  closedLoop: (rooms, people) => [...fanout(rooms, people), '--closed-loop', '--inflight', '4'],
  // `rate` messages a second to all.
  fixedRate: (people, rate) => [...fanout(1, people), '--rate', `${rate / people}`],
  fixedRatePadded: (people, rate, bytes) => [...fanout(1, people, padded(bytes)), '--rate', `${rate / people}`],
  acks: (clients) => ['echo', '--clients', `${clients}`, '--inflight', '1', '--payload', kPoll],
  connect: (clients, hold) => ['connect', '--clients', `${clients}`, '--hold', `${hold}`],
  rooms: (clients, hold) => [
    'connect', '--clients', `${clients}`, '--rooms', `${clients}`, '--hold', `${hold}`, ...kRoomAuth,
  ],
  tokens: (clients, file) => [
    'connect', '--clients', `${clients}`, '--hold', '1', '--tokens', file, '--auth-template', '{"token":"%s"}',
  ],
};

// Runs it against what servers.mjs has started; returns a sample. `phases` are its window and warm-up in seconds.
export async function runSiobench(bench, processes, server, args, namespace, phases = bench.phases) {
  const { servers, helpers = [], urls } = server;
  const text = await processes.run('siobench', kLoadCpu, bench.siobench, [
    ...args, '--url', urls.join(','), '--ns', namespace, '--server-pid', [...servers, ...helpers].join(','),
    '--warmup', `${phases.warmUp}`, '--duration', `${phases.duration}`, '--json',
  ]);
  return interpret(JSON.parse(text), servers.length);
}

const sum = (processes, key) => processes.reduce((total, process) => total + process[key], 0);

// `servers` is how many of the processes it watched are servers; behind those stand helpers, whose CPU is not theirs.
export function interpret(json, servers) {
  const sample = {};
  const spent = (part) => part.server_cpu.slice(0, servers);
  const { connect, idle, echo, fanout: fan, self } = json;
  sample.connectsPerSecond = connect.per_s;
  sample.connectCpuMs = (sum(spent(connect), 'cpu_s') * 1e6) / connect.ok;
  sample.connectP99Ms = connect.latency_us.p99 / 1e3;
  sample.rssKb = (idle ?? connect).rss_kb_per_conn;
  if (idle) {
    sample.idleCpuPercent = (sum(spent(idle), 'cpu_s') / idle.seconds) * 100;
    sample.idleDropped = idle.dropped;
    sample.pings = idle.pings_answered;
  }
  const window = echo ?? fan;
  if (window) {
    const operations = echo ? echo.acks : fan.delivered;
    const processes = spent(window);
    const user = sum(processes, 'user_s');
    sample.perSecond = operations / window.seconds;
    sample.cpuUs = (sum(processes, 'cpu_s') * 1e6) / operations;
    sample.userUs = (sample.cpuUs * user) / (user + sum(processes, 'sys_s'));
    sample.p50Ms = window.latency_us.p50 / 1e3;
    sample.p99Ms = window.latency_us.p99 / 1e3;
    sample.lost = (fan?.lost ?? echo.unanswered) + window.dropped;
    sample.serverCpuPercent = (sum(processes, 'cpu_s') / window.seconds) * 100;
    sample.loadCpuPercent = self.cpu_pct;
  }
  sample.foreignCpuPercent = Math.max(
    ...[self, idle, window ? null : connect].map((part) => part?.foreign_cpu_pct ?? 0),
  );
  return sample;
}
