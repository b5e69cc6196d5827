// The runs: each scenario is one kind of work, done by some variants in turn, each in fresh processes. Several rows may
// read one scenario.
//
// A variant: {name, run(bench, processes) -> sample}; `extra` ones run only in a full report; `when(bench)` says whether
// it can run here.

import { setTimeout as delay } from 'node:timers/promises';
import { microScenario } from './micro.mjs';
import { pollsScenario } from './polls.mjs';
import { peakKb, residentKb, kLoadCpu } from './processes.mjs';
import { caucus, cluster, eiows, nest, node, nodeGrpc, nodeToken, raw } from './servers.mjs';
import { crowdScenario } from './crowd.mjs';
import { feedScenario } from './feed.mjs';
import { runSiobench, work } from './siobench.mjs';

const kIdleSeconds = 26; // One cycle of pings.
const kPeople = 10_000;
const kStalled = 10;
// 8 KB and 12 s make 6 MB for each client: the kernel takes 4 MB for one that does not read before the edge has to.
const kStalledBytes = 8_000;
const kStalledSeconds = 12;

// siobench's work on a server.
const driven = (name, server, args, namespace, more = {}) => ({
  name,
  run: async (bench, processes) => {
    const started = await server(bench, processes);
    return runSiobench(bench, processes, started, args(bench), namespace);
  },
  ...more,
});

const has = (peer) => (bench) => bench.installed.includes(peer);

// All servers that can do a work, ours in `namespace`.
const everyone = (args, namespace, more = []) => [
  driven('caucus', caucus(), args, namespace),
  driven('raw', raw, args, namespace),
  driven('node', node(namespace), args, namespace),
  ...more,
];

const extras = (args, namespace) => [
  driven('eiows', eiows(namespace), args, namespace, { extra: true, when: has('eiows') }),
  driven('nest', nest, args, '/polls', { extra: true, when: has('nest') }),
  driven('cluster', cluster(namespace), args, namespace, { extra: true }),
];

// Connections with a room each; memory of the edge and of its backend, before and after.
const roomsOf = (namespace) => ({
  name: namespace.slice(1),
  run: async (bench, processes) => {
    const started = await caucus()(bench, processes);
    const [edge, backend] = [started.servers[0], started.helpers[0]];
    const before = [edge, backend].map(residentKb);
    let after = before;
    const run = runSiobench(bench, processes, started, work.rooms(kPeople, 3), namespace);
    let running = true;
    const done = run.finally(() => (running = false));
    done.catch(() => {});
    // What it is before siobench, which connects, settles and holds, lets all go at once.
    for (let last = after; running; [after, last] = [last, [edge, backend].map(residentKb)]) await delay(1_000);
    const sample = await done;
    const perRoom = (i) => (after[i] - before[i]) / kPeople;
    return { ...sample, edgeKb: perRoom(0), backendKb: perRoom(1) };
  },
});

// The fan-out at a fixed rate, beside clients that never read.
const beside = (name, stalled) => ({
  name,
  run: async (bench, processes) => {
    const started = await caucus()(bench, processes);
    if (stalled > 0) {
      const clients = processes.start('stalled', kLoadCpu, 'node', [
        `${bench.root}/tools/bench/stalled_clients.mjs`, started.urls[0], '/rpc', 'room-0', `${stalled}`,
      ], { capture: true });
      while (!clients.output.includes('ready')) {
        if (clients.exitCode !== null) throw new Error(`stalled clients: ${processes.tail('stalled')}`);
        await delay(50);
      }
    }
    const before = residentKb(started.servers[0]);
    const args = work.fixedRatePadded(1_000, 60_000, kStalledBytes);
    const phases = { ...bench.phases, duration: kStalledSeconds };
    const sample = await runSiobench(bench, processes, started, args, '/rpc', phases);
    return { ...sample, peakMb: peakKb(started.servers[0]) / 1_024, growthMb: (peakKb(started.servers[0]) - before) / 1_024 };
  },
});

// The fan-out beside connections that do nothing.
const besideIdle = (idle) => ({
  name: `${idle.toLocaleString('en-US')} idle`,
  run: async (bench, processes) => {
    const started = await caucus()(bench, processes);
    if (idle > 0) {
      const seconds = bench.phases.warmUp + bench.phases.duration + 15;
      processes.start('idle', kLoadCpu, bench.siobench, [
        ...work.connect(idle, seconds), '--url', started.urls[0], '--ns', '/plain',
      ]);
      await delay(1_000 + idle / 2);
    }
    return runSiobench(bench, processes, started, work.closedLoop(100, 10), '/rpc');
  },
});

// The closed loop in some shape, by the edge and by the bare server: what the machine itself makes of more sockets.
const shaped = (rooms, people) =>
  Object.entries({ caucus: caucus(), raw }).map(([name, server]) =>
    driven(`${name}, ${rooms.toLocaleString('en-US')} × ${people.toLocaleString('en-US')}`, server,
      () => work.closedLoop(rooms, people), '/rpc'));

const oneRoom = () => work.closedLoop(1, 1_000);
const manyRooms = () => work.closedLoop(100, 10);
const atRate = () => work.fixedRate(1_000, 60_000);
const idle = () => work.connect(kPeople, kIdleSeconds);
const acks = () => work.acks(64);
const tokens = (bench) => work.tokens(kPeople, bench.tokens);
const kBothCores = '0,1';

export const scenarios = {
  'one-room': everyone(oneRoom, '/rpc', extras(oneRoom, '/rpc')),
  'many-rooms': everyone(manyRooms, '/rpc', extras(manyRooms, '/rpc')),
  feed: feedScenario,
  'feed-by-event': [driven('caucus, by event', caucus(), manyRooms, '/feed')],
  'fixed-rate': everyone(atRate, '/rpc'),
  connections: everyone(idle, '/plain'),
  tokens: [
    driven('caucus', caucus({ auth: true }), tokens, '/token'),
    driven('node', nodeToken, tokens, '/token'),
  ],
  acks: everyone(acks, '/plain', [
    driven('node + grpc-js', nodeGrpc, acks, '/plain'),
    driven('caucus, backend by TCP', caucus({ tcp: true }), acks, '/plain'),
  ]),
  rooms: [roomsOf('/feed'), roomsOf('/rpc')],
  stalled: [beside('all read', 0), beside(`${kStalled} stalled`, kStalled)],
  shards: [1, 2].map((shards) => driven(`${shards} shard${shards > 1 ? 's' : ''}`, caucus({ shards, cpu: kBothCores }),
    manyRooms, '/rpc')),
  edges: [1, 2].map((edges) => driven(`${edges} edge${edges > 1 ? 's' : ''}`, caucus({ edges, cpu: kBothCores }),
    manyRooms, '/feed')),
  'rooms-x10': [10, 100, 1_000].flatMap((rooms) => shaped(rooms, 10)),
  'people-x10': [100, 1_000, 10_000].flatMap((people) => shaped(1, people)),
  'idle-x10': [besideIdle(0), besideIdle(1_000), besideIdle(10_000)],
  polls: pollsScenario,
  crowd: crowdScenario,
  micro: microScenario,
};
