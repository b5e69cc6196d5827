// Section 5 of the Autobahn suite: messages in several frames.

import { after, before } from 'node:test';
import { startEngineServer, stopAfter } from '../support/server.mjs';
import { caseOn, kPongOf, kTextEcho } from './support/cases.mjs';
import { destroyAll, fragments, frame, kContinuation, kPing, kPong, kText } from './support/raw_websocket.mjs';

let server;
before(async () => { server = await startEngineServer(); });
after(destroyAll);
stopAfter(() => [server]);
const it = (name, what) => caseOn(() => server, name, what);

// How the bytes of a case arrive.
const kOneChop = ['in one chop', (socket, frames) => socket.send(frames)];
const kFrameByFrame = ['frame by frame', (socket, frames) => socket.sendApart(frames)];
const kByteByByte = ['byte by byte', (socket, frames) => socket.sendChopped(1, frames)];
const kWays = [kOneChop, kFrameByFrame, kByteByByte];

const inTwo = () => fragments(kText, ['4fragment1', 'fragment2']);
const whole = () => frame(kText, '4Hello, world!');
const kJoined = kTextEcho('4fragment1fragment2');
const nothingToContinue = { close: 1002, reason: 'nothing to continue' };

for (const [i, [name, opcode]] of [['Ping', kPing], ['Pong', kPong]].entries()) {
  it(`5.${i + 1} ${name} in two fragments`, {
    send: (socket) => socket.send(fragments(opcode, ['fragment1', 'fragment2'])),
    close: 1002, reason: 'bad control frame',
  });
}
for (const [i, [way, send]] of kWays.entries()) {
  it(`5.${3 + i} Text in two fragments, ${way}`, { send: (socket) => send(socket, inTwo()), expect: [kJoined] });
}
for (const [i, [way, send]] of kWays.entries()) {
  const [first, second] = inTwo();
  it(`5.${6 + i} Text in two fragments with a ping between, ${way}`, {
    send: (socket) => send(socket, [first, frame(kPing, 'ping'), second]), expect: [kPongOf('ping'), kJoined],
  });
}
for (const [at, fin] of [[9, true], [12, false]]) {
  for (const [i, [way, send]] of kWays.entries()) {
    it(`5.${at + i} Continuation of nothing, FIN ${fin}, then text, ${way}`, {
      send: (socket) => send(socket, [frame(kContinuation, 'non-continuation payload', { fin }), whole()]),
      ...nothingToContinue,
    });
  }
}
it('5.15 Text in two fragments, a continuation of nothing, text', {
  send: (socket) => socket.send(inTwo(), frame(kContinuation, 'fragment3', { fin: false }), whole()),
  expect: [kJoined], ...nothingToContinue,
});
for (const [number, fin] of [[16, false], [17, true]]) {
  it(`5.${number} Twice: a continuation of nothing, FIN ${fin}, then text in two fragments`, {
    send: (socket) => {
      const once = () => [frame(kContinuation, 'fragment1', { fin }), ...inTwo()];
      socket.send(once(), once());
    },
    ...nothingToContinue,
  });
}
it('5.18 Text in two fragments that both say text', {
  send: (socket) => socket.send(frame(kText, '4fragment1', { fin: false }), frame(kText, 'fragment2')),
  close: 1002, reason: 'message is not finished',
});
for (const [i, [way, send]] of [kOneChop, kFrameByFrame].entries()) {
  it(`5.${19 + i} Text in five fragments with two pings between, ${way}`, {
    send: (socket) => {
      const parts = fragments(kText, ['4fragment1', 'fragment2', 'fragment3', 'fragment4', 'fragment5']);
      return send(socket, [
        ...parts.slice(0, 2), frame(kPing, 'ping1'), ...parts.slice(2, 4), frame(kPing, 'ping2'), parts[4],
      ]);
    },
    expect: [
      kPongOf('ping1'), kPongOf('ping2'), kTextEcho('4fragment1fragment2fragment3fragment4fragment5'),
    ],
  });
}
