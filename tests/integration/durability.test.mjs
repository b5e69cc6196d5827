// --ack_replicas: a change is told only when a replica of Redis has it, and survives the loss of the master.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { code, GrpcPerson, pollsClient } from './support/grpc.mjs';
import { freePort, ServerProcess, succeeds } from './support/process.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually } from './support/wait.mjs';

let system;
let polls;
let standby;
before(async () => {
  const port = await freePort();
  system = await System.start({ edge: false, pollsFlags: ['--ack_replicas=1'], redisStandby: port });
  polls = pollsClient(system);
  const dir = join(system.dir, 'standby');
  mkdirSync(dir);
  standby = new ServerProcess({
    name: 'standby',
    file: 'redis-server',
    args: ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes',
      '--appendfsync', 'always', '--replicaof', '127.0.0.1', `${system.redisPort}`],
    isReady: () => succeeds('redis-cli', ['-p', `${port}`, 'ping']),
  });
  standby.port = port;
});
after(() => system?.stop());
const it = testOn(() => system, { timeoutMs: 120_000 });

async function isNotAcknowledged(call) {
  const error = await call.then(() => assert.fail('it is acknowledged'), (failure) => failure);
  assert.ok([code.UNAVAILABLE, code.DEADLINE_EXCEEDED].includes(error.code), `${error}`);
}

it('Without a replica nothing is acknowledged; with one it is, once; and it survives the master', async () => {
  const creation = { topic: 'Safe?', votes_per_voter: 1, name: 'Ann', request_id: randomUUID() };
  await isNotAcknowledged(polls.call('CreatePoll', creation, { deadlineMs: 2_000 }));
  await standby.start();
  system.processes.push(standby);
  const answer = await eventually('the poll', () => polls.call('CreatePoll', creation), { deadlineMs: 30_000 });
  const admin = new GrpcPerson(system, polls, answer);
  await admin.call('AddParticipant');
  const request = { text: 'Tea', request_id: randomUUID() };
  const made = await admin.call('AddNomination', request);

  // What was acknowledged is in the standby, which becomes the master.
  await system.redis.kill9();
  system.processes.splice(system.processes.indexOf(system.redis), 1);
  assert.ok(await succeeds('redis-cli', ['-p', `${standby.port}`, 'replicaof', 'no', 'one']));
  await isNotAcknowledged(admin.call('AddNomination', { text: 'Rum', request_id: randomUUID() }));
  await system.polls.kill9();
  system.polls.args = system.polls.args.filter((arg) => arg !== '--ack_replicas=1');
  await system.polls.start();
  assert.deepEqual(await eventually('the first answer', () => admin.call('AddNomination', request), { deadlineMs: 30_000 }), made);
});
