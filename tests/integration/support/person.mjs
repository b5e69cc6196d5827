// Somebody in a poll, with the published Socket.IO client.

import assert from 'node:assert/strict';
import { io } from 'socket.io-client';
import { applyChanges } from '../../../docs/examples/apply_changes.mjs';
import { post } from './http.mjs';
import { eventually, within } from './wait.mjs';

export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
}

// Creates a poll over REST; returns its admin, not yet connected. `more` are further fields of CreatePollRequest.
export async function createPoll(system, { topic = 'Where to eat?', votesPerVoter = 3, name = 'Ann', ...more } = {}) {
  const { status, json, body } = await post(system, '/polls', { topic, votesPerVoter, name, ...more });
  assert.equal(status, 201, body);
  return new Person(system, json);
}

// Joins a poll over REST; returns the person, not yet connected.
export async function joinPoll(system, pollID, name) {
  const { status, json, body } = await post(system, '/polls/join', { pollID, name });
  assert.equal(status, 201, body);
  return new Person(system, json);
}

export class Person {
  constructor(system, { poll, accessToken }) {
    this.system = system;
    this.token = accessToken;
    this.pollID = poll.id;
    this.userID = claimsOf(accessToken).sub;
    this.name = claimsOf(accessToken).name;
    system.secrets.add(accessToken);
    this.clear();
  }

  clear() {
    // Every event in order: [name, ...arguments].
    this.events = [];
    this.polls = [];
    // Every `poll_changed`, and how often one did not fit.
    this.changes = [];
    this.gaps = 0;
    this.socket = null;
  }

  // The same person once more, as in a second browser tab; not connected.
  tab() {
    return new Person(this.system, { poll: { id: this.pollID }, accessToken: this.token });
  }

  get poll() {
    return this.polls.at(-1);
  }

  get exceptions() {
    return this.events.filter(([name]) => name === 'exception').map(([, value]) => value);
  }

  count(event) {
    return this.events.filter(([name]) => name === event).length;
  }

  // Opens a connection of its own; `options` are the client's. Does not wait.
  open(options = {}) {
    const socket = io(`${this.system.edgeUrl}/polls`, {
      forceNew: true, transports: ['websocket'], auth: { token: this.token }, reconnectionDelay: 50,
      reconnectionDelayMax: 300, ...options,
    });
    this.socket = socket;
    for (const event of ['connect', 'connect_error', 'disconnect']) {
      socket.on(event, (value) => this.events.push([event, value]));
    }
    socket.onAny((event, ...args) => {
      this.events.push([event, ...args]);
      if (event === 'poll_updated') this.polls.push(args[0]);
      if (event === 'poll_changed') this.apply(args[0]);
    });
    this.system.onStop(() => socket.close());
    return this;
  }

  // Options of a connection that is told what changes.
  deltas(options = {}) {
    return { ...options, auth: { token: this.token, updates: 'deltas' } };
  }

  // What the page of the API tells a client to do, but that every state is kept.
  apply(message) {
    this.changes.push(message);
    const next = structuredClone(this.poll ?? { revision: 0 });
    if (applyChanges(next, message)) {
      if (next.revision > this.poll.revision) this.polls.push(next);
      return;
    }
    this.gaps += 1;
    this.socket.emit('get_poll', {}, ({ poll }) => {
      if (poll?.revision >= (this.poll?.revision ?? 0)) this.polls.push(poll);
    });
  }

  // Opens a connection and waits until the poll's state, with this person in it, has come.
  async connect(options) {
    this.open(options);
    const seen = this.polls.length;
    await eventually(`${this.name} is connected`, () => {
      const failed = this.events.find(([name]) => name === 'connect_error');
      if (failed && options?.reconnection === false) throw new Error(failed[1].message);
      return this.socket.connected && this.polls.length > seen;
    });
    return this;
  }

  // Opens a connection that must be refused; returns the connect_error.
  async refused(options = {}) {
    this.open({ reconnection: false, ...options });
    const error = await eventually(`${this.name} is refused`, () => {
      assert.ok(!this.socket.connected, 'connected');
      return this.events.find(([name]) => name === 'connect_error')?.[1];
    });
    this.socket.close();
    return error;
  }

  // Sends an event and returns what its ack says.
  async call(event, ...args) {
    return within(`ack of ${event}`, this.socket.timeout(20_000).emitWithAck(event, ...args), 21_000);
  }

  // The same for an event that must succeed.
  async does(event, ...args) {
    const answer = await this.call(event, ...args);
    assert.equal(answer?.error, undefined, `${event}: ${JSON.stringify(answer)}`);
    assert.equal(typeof answer.revision, 'number', `${event}: ${JSON.stringify(answer)}`);
    return answer;
  }

  // The same for an event that must fail; returns the error, checked for `type` and `reason`.
  async fails(event, args, type, reason) {
    const answer = await this.call(event, ...args);
    assert.ok(answer?.error, `${event} did not fail: ${JSON.stringify(answer)}`);
    assert.equal(answer.error.type, type, JSON.stringify(answer));
    if (reason) assert.equal(answer.error.reason, reason, JSON.stringify(answer));
    return answer.error;
  }

  // Sends an event without an ack and returns the `exception` that follows.
  async exceptionAfter(event, ...args) {
    const before = this.exceptions.length;
    this.socket.emit(event, ...args);
    await eventually(`exception after ${event}`, () => this.exceptions.length > before);
    return this.exceptions[before];
  }

  // Waits for a state that `matches`, and returns it.
  async sees(what, matches, options) {
    try {
      return await eventually(`${this.name} sees ${what}`, () => this.poll && matches(this.poll) && this.poll, options);
    } catch (error) {
      const others = this.events.filter(([name]) => name !== 'poll_updated');
      const told = others.map(([name, value]) => [name, value?.message ?? value, value?.data]);
      error.message += `; last state: ${JSON.stringify(this.poll)}; other events: ${JSON.stringify(told)}`;
      throw error;
    }
  }

  async nominate(text) {
    return (await this.does('nominate', { text })).nominationID;
  }
}
