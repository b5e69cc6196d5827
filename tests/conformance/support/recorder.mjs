// socket.io-client with a record of everything that an application sees.

import { createConnection, createServer } from 'node:net';
import { once } from 'node:events';
import { Manager } from 'socket.io-client';
import { within } from './wait.mjs';

// All clients of one run of a script: ids and binary values are written so that two runs can be compared.
export class Recorder {
  constructor() {
    this.clients = [];
    this.names = new Map();
    this.managers = new Set();
  }

  // A connection, not yet open.
  manager(url, options) {
    const manager = new Manager(url, { autoConnect: false, reconnectionDelay: 20, reconnectionDelayMax: 50, ...options });
    this.managers.add(manager);
    return manager;
  }

  // A client of a namespace, connecting.
  client(name, manager, nsp = '/', auth = { name }) {
    const client = new RecordedClient(this, name, manager.socket(nsp, { auth }));
    this.clients.push(client);
    client.socket.connect();
    return client;
  }

  plain(value) {
    if (value === undefined) return '<undefined>';
    if (typeof value === 'string') return this.names.get(value) ?? value;
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof ArrayBuffer) return `<binary ${Buffer.from(value).toString('hex')}>`;
    if (ArrayBuffer.isView(value)) return `<binary ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}>`;
    if (value instanceof Error) return { error: value.message, data: this.plain(value.data) };
    if (Array.isArray(value)) return value.map((item) => this.plain(item));
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.plain(member)]));
  }

  // What every client has seen, by its name.
  transcript() {
    return Object.fromEntries(this.clients.map((client) => [client.name, client.log]));
  }

  close() {
    for (const { socket } of this.clients) socket.disconnect();
    for (const manager of this.managers) manager._close();
  }
}

class RecordedClient {
  constructor(recorder, name, socket) {
    this.recorder = recorder;
    this.name = name;
    this.socket = socket;
    this.log = [];
    this.counts = new Map();
    this.waiting = [];
    let connects = 0;
    socket.on('connect', () => {
      recorder.names.set(socket.id, `<${name} ${(connects += 1)}>`);
      this.note('connect', socket.id.length);
    });
    socket.on('connect_error', (error) => this.note('connect_error', error));
    socket.on('disconnect', (reason) => this.note('disconnect', reason));
    socket.onAny((event, ...args) => this.note(event, ...args));
  }

  note(event, ...args) {
    this.log.push([event, ...this.recorder.plain(args)]);
    this.counts.set(event, (this.counts.get(event) ?? 0) + 1);
    this.waiting = this.waiting.filter(({ met, resolve }) => !met() || (resolve(), false));
  }

  // Waits until the event has come `count` times in all.
  until(event, count = 1) {
    const met = () => (this.counts.get(event) ?? 0) >= count;
    if (met()) return Promise.resolve();
    const promise = new Promise((resolve) => this.waiting.push({ met, resolve }));
    return within(`${this.name} sees ${event} ${count} times`, promise).catch((error) => {
      error.message += `; it saw ${JSON.stringify(this.log)}; ${this.recorder.what}`;
      throw error;
    });
  }

  emit(event, ...args) {
    this.socket.emit(event, ...args);
  }

  // Emits, and notes all arguments of the ack.
  ack(event, ...args) {
    return this.noteAck(this.socket, event, args);
  }

  // The same with a time limit: notes the error.
  ackWithin(milliseconds, event, ...args) {
    return this.noteAck(this.socket.timeout(milliseconds), event, args);
  }

  noteAck(socket, event, args) {
    const answered = new Promise((resolve) => {
      socket.emit(event, ...args, (...values) => {
        this.note(`ack of ${event}`, ...values);
        resolve();
      });
    });
    return within(`the ack of ${event} to ${this.name}`, answered);
  }

  // When this is done, all that the server had sent to this client before has come.
  async settle() {
    await within(`${this.name} settles`, this.socket.emitWithAck('whoami'));
  }
}

// A TCP proxy whose connections can be cut.
export class Proxy {
  static async start(target) {
    const proxy = new Proxy();
    proxy.sockets = new Set();
    proxy.down = false;
    proxy.server = createServer((near) => {
      if (proxy.down) return near.destroy();
      const far = createConnection({ host: '127.0.0.1', port: target.port });
      for (const socket of [near, far]) {
        proxy.sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          proxy.sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
      return undefined;
    });
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  // Cuts every connection, and all that are tried until `until` is done.
  async cutUntil(until) {
    this.down = true;
    this.cut();
    await until;
    this.down = false;
  }

  cut() {
    for (const socket of this.sockets) socket.destroy();
  }

  stop() {
    this.cut();
    this.server.close();
  }
}
