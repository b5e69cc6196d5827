// Who is present when edges and polls-service die, hang and come back. Each test has its own system and all run at once:
// what takes time is the half minute after which an edge is given up.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually, within } from './support/wait.mjs';

// The contract: from an edge's end to the leave of those who were connected to it alone.
const kLeaseMs = 30_000;

function it(name, body) {
  let system;
  testOn(() => system, { timeoutMs: 150_000 })(name, async (t) => {
    t.after(() => system?.stop());
    system = await System.start();
    await body(system);
  });
}

// Ann, the admin, and Cid at a second edge; Bob and Dan, who has a tab at the second edge too, at the first.
async function fourPeople(system) {
  const second = await system.startEdge();
  const ann = await (await createPoll(second)).connect();
  const join = async (door, name) => (await joinPoll(door, ann.pollID, name)).connect();
  const [bob, cid, dan] = [await join(system, 'Bob'), await join(second, 'Cid'), await join(system, 'Dan')];
  const tab = Object.assign(dan.tab(), { system: second });
  await tab.connect();
  await ann.sees('four people', (state) => Object.keys(state.participants).length === 4);
  return { second, ann, bob, cid, dan };
}

// Fails if somebody was missing in a state that Ann has seen since all four were there.
function assertNeverMissing(ann, ...people) {
  const from = ann.polls.findIndex((state) => Object.keys(state.participants).length === 4);
  for (const state of ann.polls.slice(from)) {
    for (const person of people) assert.ok(person.userID in state.participants, `${person.name} was missing`);
  }
}

// Starts the first edge again; Bob's client connects by itself.
async function comesBack(system, ann, bob) {
  await system.edge.start();
  await ann.sees('Bob again', (state) => bob.userID in state.participants, { deadlineMs: 20_000 });
}

describe('Presence', { concurrency: true }, () => {
  it('People of a killed edge are gone within 30 s, and those who are elsewhere too stay', async (system) => {
    const { ann, bob, cid, dan } = await fourPeople(system);
    const killed = Date.now();
    await system.edge.kill9();
    await ann.sees('Bob gone', (state) => !(bob.userID in state.participants), { deadlineMs: kLeaseMs - (Date.now() - killed) });
    assertNeverMissing(ann, ann, cid, dan);
    assert.equal(ann.count('disconnect') + cid.count('disconnect'), 0);
    await comesBack(system, ann, bob);
  });

  it('polls-service comes back from kill -9 and removes nobody who is connected', async (system) => {
    const { ann, bob, cid, dan } = await fourPeople(system);
    await Promise.all([system.polls.kill9(), system.edge.kill9()]);
    await system.polls.start();
    // That Bob is gone shows that leases were looked at, longer than anybody's grace.
    await ann.sees('Bob gone', (state) => !(bob.userID in state.participants), { deadlineMs: 60_000 });
    assertNeverMissing(ann, ann, cid, dan);
    assert.equal(ann.count('disconnect') + cid.count('disconnect'), 0);
    await cid.nominate('Still here');
    await comesBack(system, ann, bob);
  });

  it('Redis comes back without its leases and nobody who is connected is removed', async (system) => {
    const { ann, bob, cid, dan } = await fourPeople(system);
    await system.redis.kill9();
    await system.redis.start();
    await system.edge.kill9();
    await ann.sees('Bob gone', (state) => !(bob.userID in state.participants), { deadlineMs: 60_000 });
    assertNeverMissing(ann, ann, cid, dan);
    await eventually('an answer', () => cid.nominate('Still here'));
    await comesBack(system, ann, bob);
  });

  it('An edge that hangs loses its people, and has them connect again when it goes on', async (system) => {
    const { ann, bob, cid, dan } = await fourPeople(system);
    const paused = Date.now();
    system.edge.pause();
    try {
      await ann.sees('Bob gone', (state) => !(bob.userID in state.participants), { deadlineMs: kLeaseMs - (Date.now() - paused) });
    } finally {
      system.edge.resume();
    }
    assertNeverMissing(ann, ann, cid, dan);
    const poll = await ann.sees('Bob again', (state) => bob.userID in state.participants, { deadlineMs: 20_000 });
    assert.equal(poll.participants[bob.userID], 'Bob');
    await within('Bob is served', eventually('an answer', () => bob.nominate('Back')));
    await ann.sees('his nomination', (state) => Object.keys(state.nominations).length === 1);
  });
});
