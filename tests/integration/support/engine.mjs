// Engine.IO packets by hand, for what the published client would never send.

import WebSocket from 'ws';
import { http } from './http.mjs';
import { eventually, within } from './wait.mjs';

export const kSeparator = '\x1e';

// A polling session: {sid, open, get, post}.
export async function pollingSession(system) {
  const answer = await http(system, { path: '/socket.io/?EIO=4&transport=polling' });
  if (answer.status !== 200) throw new Error(`handshake: ${answer.status} ${answer.body}`);
  const open = JSON.parse(answer.body.slice(1));
  const path = `/socket.io/?EIO=4&transport=polling&sid=${open.sid}`;
  return {
    sid: open.sid,
    open,
    path,
    get: () => http(system, { path }),
    post: (body, headers = { 'Content-Type': 'text/plain;charset=UTF-8' }) =>
      http(system, { method: 'POST', path, body, headers }),
  };
}

// A WebSocket session. `frames` are all that came, in order; `closed` resolves with the close code.
export class WebSocketSession {
  static async open(system, query = 'EIO=4&transport=websocket', options = {}) {
    const session = new WebSocketSession(system, query, options);
    await within('WebSocket opens', session.opened);
    return session;
  }

  constructor(system, query, options) {
    this.frames = [];
    this.taken = new Set();
    this.socket = new WebSocket(`ws://127.0.0.1:${system.edgePort}/socket.io/?${query}`, options);
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code) => resolve(code));
    });
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) => this.frames.push(isBinary ? data : data.toString('utf8')));
    system.onStop(() => this.socket.terminate());
  }

  send(frame) {
    this.socket.send(frame);
  }

  // Waits for a frame that `matches` and was not taken before, and takes it. Heartbeats are not special.
  async take(what, matches, options) {
    const test = typeof matches === 'function' ? matches : (frame) => frame === matches;
    const found = await eventually(
      what,
      () => {
        const index = this.frames.findIndex((frame, at) => !this.taken.has(at) && test(frame));
        return index < 0 ? null : { index };
      },
      options,
    ).catch((error) => {
      error.message += `; frames: ${JSON.stringify(this.frames.map(String).slice(-6)).slice(0, 2_000)}`;
      throw error;
    });
    this.taken.add(found.index);
    return this.frames[found.index];
  }

  // Connects to /polls and returns the Socket.IO id.
  async join(token) {
    this.send(`40/polls,${JSON.stringify({ token })}`);
    const frame = await this.take('CONNECT', (text) => String(text).startsWith('40/polls,'));
    return JSON.parse(frame.slice('40/polls,'.length)).sid;
  }

  close() {
    this.socket.terminate();
  }
}
