// Writes cases as tables: what is sent, and exactly what must come back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, kBinary, kPong, kText, RawWebSocket } from './raw_websocket.mjs';

export const kTextEcho = (text) => ({ opcode: kText, data: Buffer.isBuffer(text) ? text : Buffer.from(text) });
export const kBinaryEcho = (data) => ({ opcode: kBinary, data: Buffer.from(data) });
export const kPongOf = (data = '') => ({ opcode: kPong, data: Buffer.from(data) });

// A case: `send(socket)` is called, then each of `expect` must come, then, if `close` is given, the close frame with that
// code (and `reason`, if given) and the end of the connection. Without `close` the connection must still serve.
export function caseOn(getServer, name, { send, expect = [], close, reason, options }) {
  test(name, { timeout: 60_000 }, async () => {
    const socket = await RawWebSocket.open(getServer(), options);
    try {
      const sending = send(socket);
      for (const [i, wanted] of expect.entries()) {
        const message = await socket.message();
        assert.notEqual(message, null, `the connection has ended before answer ${i + 1} of ${expect.length}`);
        assert.equal(message.opcode, wanted.opcode, `opcode; data: ${message.data.subarray(0, 60)}`);
        assert.ok(message.data.equals(wanted.data), `got ${shown(message.data)}, not ${shown(wanted.data)}`);
      }
      await sending;
      if (close === undefined) await assertServes(socket);
      else await assertCloses(socket, close, reason);
    } finally {
      socket.destroy();
    }
  });
}

export async function assertServes(socket) {
  socket.send(frame(kText, '4still there?'));
  const message = await socket.message();
  assert.equal(message?.data.toString(), '4still there?');
}

export async function assertCloses(socket, code, reason) {
  const end = await socket.closed();
  assert.equal(end.code, code, `reason: ${end.reason}`);
  if (reason !== undefined) assert.equal(end.reason, reason);
}

function shown(data) {
  return `${data.length} bytes: ${data.subarray(0, 40).toString('hex')}`;
}
