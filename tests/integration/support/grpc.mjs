// The services as any gRPC client sees them; fields have their proto names.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { kRepository } from './system.mjs';

const kProto = join(kRepository, 'proto');

const definition = protoLoader.loadSync(
  ['caucus/polls/v1/polls_service.proto', 'caucus/auth/v1/auth_service.proto'],
  { includeDirs: [kProto], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true },
);
const packages = grpc.loadPackageDefinition(definition);

const details = new protobuf.Root();
details.resolvePath = (_, target) => join(kProto, target);
details.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], { keepCase: true });
const Status = details.lookupType('google.rpc.Status');

export const code = grpc.status;

// The google.rpc details of a failed call: {ErrorInfo: {...}, BadRequest: {...}}, each absent if it was not sent.
export function detailsOf(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  if (!bytes) return {};
  const status = Status.decode(bytes);
  const found = { code: status.code, message: status.message };
  for (const any of status.details) {
    const name = any.type_url.split('/').at(-1);
    found[name.split('.').at(-1)] = details.lookupType(name).decode(any.value).toJSON();
  }
  return found;
}

class Client {
  constructor(system, Service, address) {
    this.stub = new Service(address, grpc.credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 300,
      'grpc.max_send_message_length': -1,
    });
    system.onStop(() => this.stub.close());
  }

  // `address` is whom the call is forwarded for.
  metadata(token, address) {
    const metadata = new grpc.Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    if (address !== undefined) metadata.set('x-forwarded-for', address);
    return metadata;
  }

  // Calls a unary method. A failure is the gRPC error with `details` added.
  call(method, request, { token, address, deadlineMs = 10_000 } = {}) {
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + deadlineMs };
      this.stub[method](request, this.metadata(token, address), options, (error, response) => {
        if (!error) return resolve(response);
        error.caucus = detailsOf(error);
        return reject(error);
      });
    });
  }

  // Opens a server stream; returns {messages, done, cancel}. `done` is the status at its end. With `onMessage` that
  // is told of each message, and `messages` stays empty.
  stream(method, request, { token, onMessage } = {}) {
    const call = this.stub[method](request, this.metadata(token));
    const messages = [];
    const done = new Promise((resolve) => {
      call.on('data', onMessage ?? ((message) => messages.push(message)));
      call.on('error', (error) => resolve({ code: error.code, error }));
      call.on('status', (status) => resolve({ code: status.code }));
    });
    return { messages, done, cancel: () => call.cancel() };
  }
}

// Somebody in a poll who calls by gRPC: the counterpart of Person.
export class GrpcPerson {
  // Creates a poll; returns its admin, not yet a participant. `more` are further fields of CreatePollRequest.
  static async create(system, polls, { topic = 'Where to eat?', votes_per_voter = 3, name = 'Ann', ...more } = {}) {
    return new GrpcPerson(system, polls, await polls.call('CreatePoll', { topic, votes_per_voter, name, ...more }));
  }

  // Joins a poll; returns the person, not yet a participant.
  static async join(system, polls, poll_id, name) {
    return new GrpcPerson(system, polls, await polls.call('JoinPoll', { poll_id, name, view: 'POLL_VIEW_BASIC' }));
  }

  constructor(system, polls, { poll, access_token }) {
    system.secrets.add(access_token);
    Object.assign(this, { polls, poll_id: poll.id, token: access_token, poll });
  }

  get userID() {
    return JSON.parse(Buffer.from(this.token.split('.')[1], 'base64url').toString('utf8')).sub;
  }

  // Calls by `polls`, or another client, on this person's poll.
  call(method, request = {}, polls = this.polls) {
    return polls.call(method, { poll_id: this.poll_id, ...request }, { token: this.token });
  }

  watch(request = {}) {
    return this.polls.stream('WatchPoll', { poll_id: this.poll_id, ...request }, { token: this.token });
  }
}

// Checks that a call fails with the code, and, if they are given, the ErrorInfo's reason and the descriptions of
// BadRequest; returns the error.
export async function callFails(promise, expected, reason, violations) {
  const error = await promise.then(
    (response) => assert.fail(`succeeded: ${JSON.stringify(response)}`),
    (failure) => failure,
  );
  assert.equal(error.code, expected, `${error}`);
  if (reason) {
    assert.equal(error.caucus.ErrorInfo?.reason, reason, JSON.stringify(error.caucus));
    assert.equal(error.caucus.ErrorInfo.domain, 'polls.caucus');
  }
  if (violations) {
    assert.deepEqual(error.caucus.BadRequest?.field_violations.map((found) => found.description), violations);
  }
  return error;
}

export function pollsClient(system) {
  return new Client(system, packages.caucus.polls.v1.PollsService, system.pollsAddress);
}

export function authClient(system) {
  return new Client(system, packages.caucus.auth.v1.AuthService, system.authAddress);
}
