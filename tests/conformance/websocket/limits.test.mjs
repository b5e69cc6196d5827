// Sections 9 and 10 of the Autobahn suite: large messages, many frames, many messages.

import { after, before } from 'node:test';
import { startEngineServer, stopAfter } from '../support/server.mjs';
import { caseOn, kBinaryEcho, kTextEcho } from './support/cases.mjs';
import { destroyAll, fragments, frame, kBinary, kText, pieces } from './support/raw_websocket.mjs';

const kKibi = 1024;
const kMebi = 1024 * 1024;

let server;
before(async () => {
  server = await startEngineServer(`--payload_bytes_max=${16 * kMebi}`, '--fragments_max=70000');
});
after(destroyAll);
stopAfter(() => [server]);
const it = (name, what) => caseOn(() => server, name, what);

const kKinds = [
  ['text', kText, (bytes) => Buffer.from(`4${'*'.repeat(Math.max(bytes - 1, 0))}`), kTextEcho],
  ['binary', kBinary, (bytes) => Buffer.alloc(bytes, 0xfe), kBinaryEcho],
];
const shown = (bytes) => (bytes < kKibi ? `${bytes} B` : bytes < kMebi ? `${bytes / kKibi} KiB` : `${bytes / kMebi} MiB`);

for (const [k, [kind, opcode, content, echo]] of kKinds.entries()) {
  for (const [i, bytes] of [64 * kKibi, 256 * kKibi, kMebi, 4 * kMebi, 8 * kMebi, 16 * kMebi].entries()) {
    it(`9.${1 + k}.${i + 1} A ${kind} message of ${shown(bytes)}`, {
      send: (socket) => socket.send(frame(opcode, content(bytes))), expect: [echo(content(bytes))],
    });
  }
  for (const [i, size] of [64, 256, kKibi, 4 * kKibi, 16 * kKibi, 64 * kKibi, 256 * kKibi, kMebi, 4 * kMebi].entries()) {
    it(`9.${3 + k}.${i + 1} A ${kind} message of 4 MiB in fragments of ${shown(size)}`, {
      send: (socket) => socket.send(fragments(opcode, pieces(content(4 * kMebi), size))), expect: [echo(content(4 * kMebi))],
    });
  }
  for (const [i, chop] of [64, 128, 256, 512, kKibi, 2 * kKibi].entries()) {
    it(`9.${5 + k}.${i + 1} A ${kind} message of 1 MiB in chops of ${shown(chop)}`, {
      send: (socket) => socket.sendChopped(chop, frame(opcode, content(kMebi))), expect: [echo(content(kMebi))],
    });
  }
  for (const [i, bytes] of [0, 16, 64, 256, kKibi, 4 * kKibi].entries()) {
    const message = content(bytes);
    it(`9.${7 + k}.${i + 1} 1000 ${kind} messages of ${shown(bytes)}`, {
      send: async (socket) => {
        for (let sent = 0; sent < 1_000; ++sent) await socket.sendApart(frame(opcode, message));
      },
      expect: Array.from({ length: 1_000 }, () => echo(message)),
    });
  }
}

const kLong = Buffer.from(`4${'*'.repeat(65_535)}`);
it('10.1.1 Text of 65536 bytes in fragments of 1300', {
  send: (socket) => socket.send(fragments(kText, pieces(kLong, 1_300))), expect: [kTextEcho(kLong)],
});
