// People of a poll, who repeat what had no definite answer with the same request id, and write down every call.

import { code as grpcCode } from '../../integration/support/grpc.mjs';
import { claimsOf, Person } from '../../integration/support/person.mjs';
import { sleep } from '../../integration/support/wait.mjs';
import { stateFrom } from './poll_state.mjs';

const kAttemptMs = [600, 2_500];
const kPauseMs = [5, 120];
const kConnectAgainMs = 200;

const kRefusals = new Map(
  [
    'INVALID_ARGUMENT',
    'ALREADY_EXISTS',
    'FAILED_PRECONDITION',
    'NOT_FOUND',
    'PERMISSION_DENIED',
    'RESOURCE_EXHAUSTED',
    'UNAUTHENTICATED',
  ].map((name) => [grpcCode[name], name]),
);
const kRefusedTypes = new Set(['BadRequest', 'Unauthorized', 'NotFound', 'Conflict', 'TooManyRequests']);

// Our names of methods: [RPC, event].
const kMethods = {
  join: ['AddParticipant', null],
  nominate: ['AddNomination', 'nominate'],
  remove: ['RemoveNomination', 'remove_nomination'],
  start: ['StartVote', 'start_vote'],
  vote: ['SubmitRankings', 'submit_rankings'],
  close: ['ClosePoll', 'close_poll'],
  read: ['GetPoll', 'get_poll'],
};

class Member {
  constructor(history, random, { token, pollID, name }) {
    Object.assign(this, { history, random, token, pollID, name, user: claimsOf(token).sub });
  }

  // One attempt, written down. Returns the call.
  async attempt(method, args, requestID) {
    const timeoutMs = this.random.between(...kAttemptMs);
    const via = this.door();
    const call = this.history.begin({ client: this.name, user: this.user, via: via.name, method, requestID, args });
    this.history.end(call, await this.send(via, method, { ...args, ...(requestID && { requestID }) }, timeoutMs));
    return call;
  }

  // Attempts until there is a definite answer or the deadline is over. Returns the last call.
  async ask(method, args = {}, { deadlineMs = 30_000, requestID = this.history.newRequestID() } = {}) {
    const end = Date.now() + deadlineMs;
    for (;;) {
      const call = await this.attempt(method, args, method === 'read' ? undefined : requestID);
      if (call.outcome !== 'unknown' || Date.now() >= end) return call;
      await sleep(this.random.between(...kPauseMs));
    }
  }

  // Asks once, and again only what was asked.
  async repeat(call) {
    return this.attempt(call.method, call.args, call.requestID);
  }
}

// `method` and its answer, in one form for both transports.
function answerOf(method, message) {
  if (method === 'read') return { state: stateFrom(message.poll) };
  const { revision } = message;
  const nominationID = message.nominationID ?? message.nomination_id;
  return nominationID === undefined ? { revision } : { revision, nominationID };
}

// Calls any replica, each attempt another.
export class GrpcMember extends Member {
  // `replicas`: [{name, stub}].
  constructor(history, random, identity, replicas) {
    super(history, random, identity);
    this.replicas = replicas;
  }

  door() {
    return this.random.pick(this.replicas);
  }

  async send({ stub }, method, { requestID, ...args }, deadlineMs) {
    const request = { poll_id: this.pollID, ...args, ...(requestID && { request_id: requestID }) };
    try {
      const answer = await stub.call(kMethods[method][0], request, { token: this.token, deadlineMs });
      return { outcome: 'ok', answer: answerOf(method, answer) };
    } catch (error) {
      const reason = error.caucus?.ErrorInfo?.reason ?? grpcCode[error.code] ?? String(error);
      return { outcome: kRefusals.has(error.code) ? 'refused' : 'unknown', reason };
    }
  }

  comeAgain() {}

  close() {}
}

// Has a socket at one edge, and follows the poll through it. `onState(message)` and `onChanges(message)` are told what
// it hears, `onSession(id)` when it has connected anew.
export class SocketMember extends Member {
  constructor(history, random, identity, edge, { deltas = false, ...handlers }) {
    super(history, random, identity);
    this.edge = edge;
    this.person = new Person(edge.door, { poll: { id: this.pollID }, accessToken: this.token });
    this.person.open({ auth: { token: this.token, ...(deltas && { updates: 'deltas' }) } });
    const { socket } = this.person;
    // What it has heard is in the history.
    socket.offAny();
    socket.on('connect', () => handlers.onSession(socket.id));
    // The published client takes what the server says for its last word, also that it is not available now.
    socket.on(
      'connect_error',
      () => socket.active || setTimeout(() => this.closed || socket.connect(), kConnectAgainMs),
    );
    socket.on('poll_updated', handlers.onState);
    socket.on('poll_changed', handlers.onChanges);
  }

  door() {
    return this.edge;
  }

  async send(_, method, args, timeoutMs) {
    const { socket } = this.person;
    try {
      const answer = await socket.timeout(timeoutMs).emitWithAck(kMethods[method][1], args);
      if (!answer.error) return { outcome: 'ok', answer: answerOf(method, answer) };
      const { type, reason } = answer.error;
      return { outcome: kRefusedTypes.has(type) ? 'refused' : 'unknown', reason: reason ?? type };
    } catch (error) {
      return { outcome: 'unknown', reason: error.message };
    }
  }

  // Closes the connection and opens another, as a page does that is loaded again.
  comeAgain() {
    this.person.socket.disconnect().connect();
  }

  close() {
    this.closed = true;
    this.person.socket.close();
  }
}
