// The tables: what each row of ./dev bench shows, and what it must reach.

import { absolute, ratio } from './figures.mjs';
import { microFigures } from './micro.mjs';

const shown = (label, key, unit = '') => ({ label, key, unit });
const max = (bound, text) => ({ max: bound, text });
const min = (bound, text) => ({ min: bound, text });

const kFanoutFigures = [
  shown('deliveries/s', 'perSecond'),
  shown('p50, ms', 'p50Ms'),
  shown('p99, ms', 'p99Ms'),
  shown('server CPU, %', 'serverCpuPercent'),
  shown('load generator CPU, %', 'loadCpuPercent'),
  shown('lost', 'lost'),
];

const kCpu = 'CPU per delivery, µs';

// {name, title, what, scenarios, figures, needs}. `needs`: 'siobench' where the shared tool is called for.
export const rows = [
  {
    name: 'fanout',
    title: 'Fan-out, 1 room × 1000, closed loop',
    what: 'Four messages under way; the next leaves when all 1000 have one. Each is a client event, by a unary RPC.',
    scenarios: ['one-room'],
    figures: [
      ratio(kCpu, 'cpuUs', 'caucus', 'raw', max(1.25)),
      ratio('the same', 'cpuUs', 'caucus', 'node'),
      ...kFanoutFigures,
    ],
    needs: 'siobench',
  },
  {
    name: 'fanout-user',
    title: 'User-space CPU per delivery, 1 room × 1000',
    what:
      'The same runs: CPU outside the kernel. The whole is exact; its user share comes from the 250 ticks a second, ' +
      'so that a share of a tenth is known to about a tenth of itself in one round of 4 s.',
    scenarios: ['one-room'],
    figures: [
      ratio('user-space CPU per delivery, µs', 'userUs', 'caucus', 'node', max(1 / 6, '1/6')),
      ratio('the same', 'userUs', 'caucus', 'raw'),
    ],
    needs: 'siobench',
  },
  {
    name: 'fanout-feed',
    title: 'Fan-out, 100 rooms × 10, closed loop, messages from a feed',
    what:
      'The backend says each message on the gRPC stream of its room. `caucus, feed` is driven by tests/load/feed_load, ' +
      'which is backend and clients at once; `caucus, by event` by siobench, where each message is a client event and a ' +
      'unary RPC before it comes back on the stream.',
    scenarios: ['feed', 'many-rooms', 'feed-by-event'],
    only: ['caucus, feed', 'caucus, by event', 'raw', 'node', 'eiows', 'nest', 'cluster'],
    figures: [
      ratio(kCpu, 'cpuUs', 'caucus, feed', 'raw', max(1.5)),
      ratio('the same', 'cpuUs', 'caucus, by event', 'raw'),
      ...kFanoutFigures,
    ],
    needs: 'siobench',
  },
  {
    name: 'fanout-rpc',
    title: 'Fan-out, 100 rooms × 10, closed loop, each message by a unary RPC',
    what: 'A client event calls the backend, and its response goes to the room. The peers call nobody.',
    scenarios: ['many-rooms'],
    figures: [
      ratio(kCpu, 'cpuUs', 'caucus', 'node', max(0.7)),
      ratio('the same', 'cpuUs', 'caucus', 'raw'),
      ...kFanoutFigures,
    ],
    needs: 'siobench',
  },
  {
    name: 'fanout-rate',
    title: 'Fan-out at 60,000 messages/s, 1 room × 1000',
    what: 'Sixty events a second to 1000 people each. Latency from when a message was due until it was read.',
    scenarios: ['fixed-rate'],
    figures: [ratio('p99, ms', 'p99Ms', 'caucus', 'raw', max(1.3)), shown(kCpu, 'cpuUs'), ...kFanoutFigures],
    needs: 'siobench',
  },
  {
    name: 'connect',
    title: '10,000 connects, neither token nor RPC',
    what: 'Namespace /plain: as fast as the server answers, 64 at a time.',
    scenarios: ['connections'],
    figures: [
      ratio('CPU per 1000, ms', 'connectCpuMs', 'caucus', 'node', max(1 / 8, '1/8')),
      shown('connects/s', 'connectsPerSecond'),
      shown('handshake p99, ms', 'connectP99Ms'),
    ],
    needs: 'siobench',
  },
  {
    name: 'connect-token',
    title: '10,000 connects with a token',
    what:
      'Each client shows a token of its own (EdDSA). The edge asks auth-service, then calls the CONNECT method of the ' +
      'backend, both on the load’s core; Node verifies in process with the package jose, and calls nobody.',
    scenarios: ['tokens'],
    figures: [
      ratio('CPU per 1000, ms', 'connectCpuMs', 'caucus', 'node', max(1 / 4, '1/4')),
      shown('connects/s', 'connectsPerSecond'),
      shown('handshake p99, ms', 'connectP99Ms'),
    ],
    needs: 'siobench',
  },
  {
    name: 'idle-memory',
    title: 'Memory of idle connections',
    what: 'Growth of the resident memory by 10,000 connections to /plain, after 26 s.',
    scenarios: ['connections'],
    figures: [absolute('resident memory per connection, KB', 'rssKb', 'caucus', 'KB', max(3))],
    needs: 'siobench',
  },
  {
    name: 'idle-cpu',
    title: 'CPU of idle connections',
    what: 'The 26 s after 10,000 connections to /plain: one cycle of pings, answered by each client.',
    scenarios: ['connections'],
    figures: [
      ratio('server CPU, %', 'idleCpuPercent', 'caucus', 'raw', max(1.5)),
      shown('pings answered', 'pings'),
      shown('connections lost', 'idleDropped'),
    ],
    needs: 'siobench',
  },
  {
    name: 'ack',
    title: 'Events with ack through a unary RPC, 64 clients',
    what:
      'One event under way per client. The edge and `node + grpc-js` call the same backend on the load’s core, by a Unix ' +
      'socket unless it says TCP; `node` and `raw` answer themselves.',
    scenarios: ['acks'],
    figures: [
      ratio('acks/s', 'perSecond', 'caucus', 'node + grpc-js', min(3)),
      ratio('the same', 'perSecond', 'caucus', 'node', min(0.8)),
      ratio('p99, ms', 'p99Ms', 'caucus', 'node + grpc-js', max(1 / 2, '1/2')),
      ratio('acks/s, backend by TCP', 'perSecond', 'caucus, backend by TCP', 'node'),
      shown('p50, ms', 'p50Ms'),
      shown('CPU per event, µs', 'cpuUs'),
      shown('server CPU, %', 'serverCpuPercent'),
      shown('load generator CPU, %', 'loadCpuPercent'),
    ],
    needs: 'siobench',
  },
  {
    name: 'rooms',
    title: 'Memory of active rooms: 10,000 rooms × 1 member, each with a feed open',
    what:
      'Growth of the resident memory per room and its one connection: with feeds (/feed), and in rooms without (/rpc). The ' +
      'difference is the feed: on the edge, and the stream’s other end in the backend.',
    scenarios: ['rooms'],
    figures: [
      {
        label: 'edge, KB', key: 'edgeKb', unit: 'KB (feed less rpc)', limit: max(10),
        measure: (get) => get('feed', 'edgeKb') - get('rpc', 'edgeKb'),
      },
      absolute('the same, with the connection', 'edgeKb', 'feed', 'KB'),
      {
        label: 'backend, KB', key: 'backendKb', unit: 'KB (feed less rpc)',
        measure: (get) => get('feed', 'backendKb') - get('rpc', 'backendKb'),
      },
    ],
    needs: 'siobench',
  },
  {
    name: 'stalled',
    title: 'Stalled clients in the fan-out at 60,000 messages/s',
    what:
      '1000 people who read, alone and beside 10 who have joined and never read: messages of 8 KB, and for 12 s, so that ' +
      'those fill the 4 MB that the kernel keeps for each, then the edge’s queue, and are cut off. Unchanged ' +
      'within noise: p99 differs by 30 % between equal runs of one server. Bounded: what waits for each of the ten is at ' +
      'most the 1 MB of `--send_queue_bytes_max`.',
    scenarios: ['stalled'],
    figures: [
      ratio('p99 of those who read, ms', 'p99Ms', '10 stalled', 'all read', max(1.3), 'without'),
      {
        label: 'growth of the edge’s memory to its peak, MB', key: 'growthMb', unit: 'MB more', limit: max(10),
        measure: (get) => get('10 stalled', 'growthMb') - get('all read', 'growthMb'),
      },
      shown('peak of the edge’s memory, MB', 'peakMb'),
      shown(kCpu, 'cpuUs'),
      shown('lost', 'lost'),
    ],
    needs: 'siobench',
  },
  {
    name: 'scaling-shards',
    title: 'Shards 1 → 2, 100 rooms × 10',
    what: 'One edge on both cores, which it shares with the load generator and the backend.',
    scenarios: ['shards'],
    figures: [
      ratio('deliveries/s', 'perSecond', '2 shards', '1 shard'),
      ratio(kCpu, 'cpuUs', '2 shards', '1 shard'),
      shown('p99, ms', 'p99Ms'),
      shown('server CPU, %', 'serverCpuPercent'),
    ],
    needs: 'siobench',
  },
  {
    name: 'scaling-edges',
    title: 'Edges 1 → 2, 100 rooms × 10',
    what:
      'Edges on both cores, as above. Every room has members on both, and gets its messages from a feed: each edge follows ' +
      'every room.',
    scenarios: ['edges'],
    figures: [
      ratio('deliveries/s', 'perSecond', '2 edges', '1 edge'),
      ratio('CPU of all edges per delivery, µs', 'cpuUs', '2 edges', '1 edge'),
      shown('p99, ms', 'p99Ms'),
      shown('server CPU, %', 'serverCpuPercent'),
    ],
    needs: 'siobench',
  },
  {
    name: 'scaling-rooms',
    title: 'Rooms × 10, of 10 people',
    what: 'Closed loop, each message by a unary RPC; the bare server beside it tells what more sockets cost the machine.',
    scenarios: ['rooms-x10'],
    figures: [
      ratio(kCpu, 'cpuUs', 'caucus, 100 × 10', 'caucus, 10 × 10', undefined, '10 rooms'),
      ratio('the same', 'cpuUs', 'caucus, 1,000 × 10', 'caucus, 100 × 10', undefined, '100 rooms'),
      ratio('the same, raw', 'cpuUs', 'raw, 1,000 × 10', 'raw, 100 × 10', undefined, '100 rooms'),
      shown('deliveries/s', 'perSecond'),
    ],
    needs: 'siobench',
  },
  {
    name: 'scaling-people',
    title: 'People × 10, in one room',
    what: 'Closed loop, each message by a unary RPC; the bare server beside it tells what more sockets cost the machine.',
    scenarios: ['people-x10'],
    figures: [
      ratio(kCpu, 'cpuUs', 'caucus, 1 × 1,000', 'caucus, 1 × 100', undefined, '100 people'),
      ratio('the same', 'cpuUs', 'caucus, 1 × 10,000', 'caucus, 1 × 1,000', undefined, '1,000 people'),
      ratio('the same, raw', 'cpuUs', 'raw, 1 × 10,000', 'raw, 1 × 1,000', undefined, '1,000 people'),
      shown('deliveries/s', 'perSecond'),
    ],
    needs: 'siobench',
  },
  {
    name: 'scaling-idle',
    title: 'Idle connections × 10 beside 100 rooms × 10',
    what: 'Closed loop, each message by a unary RPC; the idle connections are in another namespace.',
    scenarios: ['idle-x10'],
    figures: [
      ratio(kCpu, 'cpuUs', '1,000 idle', '0 idle'),
      ratio('the same', 'cpuUs', '10,000 idle', '0 idle'),
      shown('deliveries/s', 'perSecond'),
    ],
    needs: 'siobench',
  },
  {
    name: 'polls',
    title: 'Votes on polls by gRPC, each on disk before it is acknowledged',
    what:
      'polls-service with its own Redis (`appendfsync always`), 64 or 256 callers, on both cores with them; beside ' +
      'redis-benchmark of the bare append script in the same kind of Redis.',
    scenarios: ['polls'],
    figures: [
      shown('votes/s', 'votesPerSecond'),
      {
        label: 'commits/s', key: 'commitsPerSecond', unit: '× bare script (1,000 polls)',
        measure: (get) => get('1,000 polls, 256', 'commitsPerSecond') / get('bare script, 256', 'commitsPerSecond'),
      },
      {
        label: 'the same', key: 'commitsPerSecond', unit: '× bare script (votes on one poll)',
        measure: (get) => get('one poll, 256', 'votesPerSecond') / get('bare script, 256', 'commitsPerSecond'),
      },
      shown('p50, ms', 'p50Ms'),
      shown('p99, ms', 'p99Ms'),
    ],
  },
  {
    name: 'crowd',
    title: 'A whole poll of 100, 1,000 and 10,000 people',
    what:
      'They join in 10 s, nominate 50 options, and all vote within 10 s; up to 1,000 people the servers run on one core and the load generator ' +
      '(tests/load/poll_crowd) on the other, 10,000 have both cores with it beside them. `nest` is tests/load/peers/polls_nest: a NestJS gateway that writes each change to ' +
      'Redis and sends the whole poll to everybody. `caucus` follows the poll by changes, `caucus, snapshots` by whole states. ' +
      'Times are from when a vote was due: to its ack, and to the last client that has it.',
    scenarios: ['crowd'],
    figures: [
      ratio('CPU of all servers, s', 'cpuS', 'caucus, 1,000', 'nest, 1,000', max(1 / 20, '1/20'), 'nest (1,000 people)'),
      ratio('the same', 'cpuS', 'caucus, 100', 'nest, 100', undefined, 'nest (100 people)'),
      absolute('vote to ack, p99, ms', 'ackP99Ms', 'caucus, 10,000', 'ms (10,000 people)', max(250)),
      absolute('last vote to final state everywhere, ms', 'finalMs', 'caucus, 10,000', 'ms (10,000 people)', max(1_000)),
      shown('vote to ack, p50, ms', 'ackP50Ms'),
      shown('vote to the last client, p50, ms', 'knownP50Ms'),
      shown('vote to the last client, p99, ms', 'knownP99Ms'),
      shown('wall time, s', 'wallS'),
      shown('clients received, MB', 'receivedMb'),
      shown('messages of the poll to clients', 'updates'),
      ...['edge', 'polls', 'auth', 'nest', 'redis'].flatMap((process) => [
        shown(`${process}: CPU, s`, `${process}CpuS`),
        shown(`${process}: peak memory, MB`, `${process}PeakMb`),
      ]),
      shown('load generator: CPU, s', 'loadCpuS'),
    ],
  },
  {
    name: 'micro',
    title: 'Single functions',
    what: 'Google Benchmark, on one core: CPU of one iteration. `./dev bazel query "attr(tags, benchmark, //...)"` lists the programs.',
    scenarios: ['micro'],
    figures: microFigures,
  },
];
