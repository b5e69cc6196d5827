// What a client sends is handled in its order, also when it upgrades while a POST has stopped halfway because too many
// of its events wait for their answers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSocketServer, stopAfter } from './support/server.mjs';
import { BareSocket, closeAll, frame, kText, parseServerBytes } from './support/websocket.mjs';
import { PollingSession, kSeparator } from './support/wire.mjs';

const kPosted = 40; // more than the edge lets wait
const kLater = 5;

let server;
before(async () => {
  server = await startSocketServer({ edgeFlags: ['--pending_acks_max=8'] });
});
after(closeAll);
stopAfter(() => [server]);

const event = (id) => `42${id}["slow",2,${id}]`;
const acksIn = (frames) =>
  frames.map(({ payload }) => /^43(\d+)\[/.exec(payload.toString())?.[1]).filter(Boolean).map(Number);

test('events on the new WebSocket wait for those of a POST that is held', async () => {
  const session = await PollingSession.open(server);
  await session.post('40');
  await session.get();
  const posted = session.post(Array.from({ length: kPosted }, (_, id) => event(id)).join(kSeparator));
  const first = Buffer.concat([
    frame(kText, '2probe'),
    frame(kText, '5'),
    ...Array.from({ length: kLater }, (_, i) => frame(kText, event(kPosted + i))),
  ]);
  // The POST's first events are answered by now, or it has not arrived: in both cases its events come first only if it
  // does, so the upgrade begins when the first ack is there.
  await session.get();
  const socket = await BareSocket.open(server, '/socket.io/', {
    query: `EIO=4&transport=websocket&sid=${session.sid}`,
    first,
  });
  const bytes = await socket.tcp.until('the last ack', (all) =>
    acksIn(parseServerBytes(all).frames).includes(kPosted + kLater - 1),
  );
  const acks = acksIn(parseServerBytes(bytes).frames);
  assert.deepEqual(acks, [...acks].sort((a, b) => a - b));
  assert.ok(acks.includes(kPosted - 1), 'the POST was whole when the client upgraded: the test tests nothing');
  assert.equal((await posted).body, 'ok');
});
