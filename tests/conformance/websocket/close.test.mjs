// Section 7 of the Autobahn suite: the end of a connection.

import { after, before } from 'node:test';
import { startEngineServer, stopAfter } from '../support/server.mjs';
import { caseOn, kTextEcho } from './support/cases.mjs';
import { closePayload, destroyAll, fragments, frame, kClose, kPing, kText } from './support/raw_websocket.mjs';

let server;
before(async () => { server = await startEngineServer(); });
after(destroyAll);
stopAfter(() => [server]);
const it = (name, what) => caseOn(() => server, name, what);

const hello = () => frame(kText, '4Hello World!');
const normal = () => frame(kClose, closePayload(1000));

it('7.1.1 Text, then close', {
  send: (socket) => socket.send(hello(), normal()), expect: [kTextEcho('4Hello World!')], close: 1000,
});
it('7.1.2 Two close frames', { send: (socket) => socket.send(normal(), normal()), close: 1000 });
it('7.1.3 No pong after close', { send: (socket) => socket.send(normal(), frame(kPing)), close: 1000 });
it('7.1.4 No echo after close', { send: (socket) => socket.send(normal(), hello()), close: 1000 });
it('7.1.5 Close between fragments', {
  send: (socket) => {
    const [first, second] = fragments(kText, ['4fragment1', 'fragment2']);
    socket.send(first, normal(), second);
  },
  close: 1000,
});
const kLong = `4${'*'.repeat(256 * 1024)}`;
it('7.1.6 Long text, close, ping', {
  send: (socket) => socket.send(frame(kText, kLong), normal(), frame(kPing)), expect: [kTextEcho(kLong)], close: 1000,
});

it('7.3.1 Close without payload', { send: (socket) => socket.send(frame(kClose)), close: 1005 });
it('7.3.2 Close with half a code', {
  send: (socket) => socket.send(frame(kClose, 'a')), close: 1002, reason: 'bad close frame',
});
it('7.3.3 Close with a code', { send: (socket) => socket.send(normal()), close: 1000 });
it('7.3.4 Close with a code and a reason', {
  send: (socket) => socket.send(frame(kClose, closePayload(1000, 'Hello World!'))), close: 1000,
});
it('7.3.5 Close with the longest reason', {
  send: (socket) => socket.send(frame(kClose, closePayload(1000, '*'.repeat(123)))), close: 1000,
});
it('7.3.6 Close with too long a reason', {
  send: (socket) => socket.send(frame(kClose, closePayload(1000, '*'.repeat(124)))), close: 1002, reason: 'bad control frame',
});
it('7.5.1 Close with a reason that is not UTF-8', {
  send: (socket) => socket.send(frame(kClose, closePayload(1000, Buffer.from('cebae1bdb9cf83cebcceb5eda080656469746564', 'hex')))),
  close: 1007, reason: 'invalid UTF-8',
});

const kGood = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
for (const [i, code] of kGood.entries()) {
  it(`7.7.${i + 1} Close with ${code}`, { send: (socket) => socket.send(frame(kClose, closePayload(code))), close: code });
}
const kBad = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999];
for (const [i, code] of kBad.entries()) {
  it(`7.9.${i + 1} Close with ${code}`, {
    send: (socket) => socket.send(frame(kClose, closePayload(code))), close: 1002, reason: 'bad close code',
  });
}
for (const [i, code] of [5000, 65_535].entries()) {
  it(`7.13.${i + 1} Close with ${code}`, {
    send: (socket) => socket.send(frame(kClose, closePayload(code))), close: 1002, reason: 'bad close code',
  });
}
