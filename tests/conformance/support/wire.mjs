// HTTP, polling and TCP as they are on the wire: nothing added, nothing retried.

import { request } from 'node:http';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { within } from './wait.mjs';

export const kSeparator = '\x1e';

// One request on a connection of its own; returns {status, headers, rawHeaders, body}.
export function http(server, path, { method = 'GET', headers = {}, body } = {}) {
  return startHttp(server, path, { method, headers, body }).answer;
}

// The same, not waited for: {answer, abort}.
export function startHttp(server, path, { method = 'GET', headers = {}, body } = {}) {
  let call;
  const answer = new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    call = request(
      { host: '127.0.0.1', port: server.port, method, path, agent: false, headers: { ...length, ...headers } },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            rawBody: Buffer.concat(chunks),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    call.on('error', reject);
    call.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, headers: response.headers, body: '' });
    });
    call.end(body);
  });
  const abort = () => {
    answer.catch(() => {});
    call.destroy();
  };
  return { answer: within(`the answer to ${method} ${path}`, answer), abort };
}

// A polling session.
export class PollingSession {
  static async open(server, { path = '/socket.io/', query = '' } = {}) {
    const answer = await http(server, `${path}?EIO=4&transport=polling${query}`);
    if (answer.status !== 200) throw new Error(`handshake: ${answer.status} ${answer.body}`);
    const session = new PollingSession();
    session.server = server;
    session.opened = answer;
    session.open = JSON.parse(answer.body.split(kSeparator)[0].slice(1));
    session.sid = session.open.sid;
    session.path = `${path}?EIO=4&transport=polling&sid=${session.sid}`;
    return session;
  }

  get(options) {
    return http(this.server, this.path, options);
  }

  // A GET that is not waited for: {answer, abort}.
  startGet(options) {
    return startHttp(this.server, this.path, options);
  }

  // A GET that the server has read, and holds: {tcp, body()}.
  async holdGet() {
    const tcp = await connectTcp(this.server);
    tcp.socket.write(`GET ${this.path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    // Its answer comes from the same event loop, behind the GET.
    await http(this.server, this.path.slice(0, this.path.indexOf('?')));
    return {
      tcp,
      body: async () => {
        const bytes = await tcp.until('the held answer', (all) => all.includes('\r\n\r\n'));
        const [head, body] = bytes.toString('latin1').split('\r\n\r\n');
        if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head);
        return body;
      },
    };
  }

  post(body, headers = { 'Content-Type': 'text/plain;charset=UTF-8' }) {
    return http(this.server, this.path, { method: 'POST', body, headers });
  }

  // The packets of the next GET that has any but noops and pings.
  async packets() {
    for (;;) {
      const { status, body } = await this.get();
      if (status !== 200) throw new Error(`poll: ${status} ${body}`);
      const packets = body.split(kSeparator).filter((packet) => packet !== '6' && packet !== '2');
      if (packets.length > 0) return packets;
    }
  }

  // Polls until `count` packets have come.
  async take(count) {
    const packets = [];
    while (packets.length < count) packets.push(...(await this.packets()));
    return packets;
  }

  // Whether the server still knows it: no side effect on a living session.
  async isOpen() {
    const answer = await http(this.server, this.path.replace('transport=polling', 'transport=websocket'));
    const { code } = JSON.parse(answer.body);
    return code === 3;
  }
}

// Opens a TCP connection, sends `bytes`, and returns {text, how} when the server has closed it ('closed', or 'reset').
export async function exchange(server, bytes, { until } = {}) {
  const socket = createConnection({ host: '127.0.0.1', port: server.port });
  const chunks = [];
  const done = new Promise((resolve) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (until && Buffer.concat(chunks).includes(until)) resolve('found');
    });
    socket.once('error', () => resolve('reset'));
    socket.once('close', () => resolve('closed'));
  });
  socket.write(bytes);
  const how = await within('the server ends the connection', done);
  socket.destroy();
  const raw = Buffer.concat(chunks);
  return { how, raw, text: raw.toString('latin1') };
}

// A TCP connection for what HTTP clients do not do: {socket, received(), closed}.
export async function connectTcp(server) {
  const socket = createConnection({ host: '127.0.0.1', port: server.port });
  const chunks = [];
  let waiting = [];
  const check = () => {
    const all = Buffer.concat(chunks);
    waiting = waiting.filter(({ found, resolve }) => !found(all) || (resolve(all), false));
  };
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    check();
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await within('connects', once(socket, 'connect'));
  return {
    socket,
    closed: () => within('the connection ends', closed),
    all: () => Buffer.concat(chunks),
    // Waits until all that has come so far passes a test.
    until(what, found) {
      const promise = new Promise((resolve) => waiting.push({ found, resolve }));
      check();
      return within(what, promise);
    },
  };
}
