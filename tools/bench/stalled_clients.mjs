// Clients that join a room and then never read again: the socket's buffers fill, and the server has to cope.
//
//   node stalled_clients.mjs HOST:PORT NAMESPACE ROOM COUNT
//
// Prints "ready" when all have joined, and stays until it is ended.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const [address, namespace, room, count] = process.argv.slice(2);
const [host, port] = address.split(':');

// A WebSocket text frame of a client, of less than 126 bytes.
function frame(text) {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  for (let i = 0; i < payload.length; ++i) payload[i] ^= mask[i % 4];
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload]);
}

function join() {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host);
    let received = '';
    let entered = false;
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (!entered && received.includes('"sid"')) {
        entered = true;
        socket.write(frame(`40${namespace},${JSON.stringify({ room })}`));
      } else if (received.includes(`40${namespace},`)) {
        socket.pause();
        socket.removeAllListeners('error').on('error', () => {}); // The server may well drop it.
        resolve();
      }
    });
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${address}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
        'Sec-WebSocket-Version: 13\r\n\r\n',
    );
  });
}

await Promise.all(Array.from({ length: Number(count) }, join));
console.log('ready');
setInterval(() => {}, 60_000);
