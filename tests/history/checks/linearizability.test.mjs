// The search accepts what a single copy of a poll could have done, and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLinearizable, operationsOf } from './linearizability.mjs';
import { MadeUp, made } from './made_up.mjs';

const kRules = { votesPerVoter: 2 };

function check(history) {
  return checkLinearizable(operationsOf(history), kRules);
}

function accepts(name, play) {
  test(name, () => {
    const history = new MadeUp();
    play(history);
    assert.deepEqual(check(history), { ok: true });
  });
}

// `stuck`: the method of what can have no place.
function rejects(name, stuck, play) {
  test(name, () => {
    const history = new MadeUp();
    play(history);
    const verdict = check(history);
    assert.equal(verdict.ok, false);
    assert.ok(
      verdict.stuck.some(({ method }) => method === stuck),
      JSON.stringify(verdict.stuck),
    );
  });
}

// Begins a call, to be ended later by the function that is returned.
function begin(history, user, method, args) {
  const call = history.begin({ client: user, user, via: 'polls 1', method, requestID: history.newRequestID(), args });
  return (answer) => history.end(call, { outcome: 'ok', answer });
}

const voting = (changes) => made({ revision: 4, phase: 'voting', ...changes });

function untilVoting(history) {
  history.call('ann', 'nominate', { text: 'Tea' }, { revision: 2, nominationID: 'tea' });
  history.call('bob', 'nominate', { text: 'Milk' }, { revision: 3, nominationID: 'milk' });
  history.call('ann', 'start', {}, { revision: 4 });
}

accepts('A poll in which one thing comes after another', (history) => {
  untilVoting(history);
  history.call('bob', 'nominate', { text: 'Gin' }, 'WRONG_STATE');
  history.call('bob', 'vote', { rankings: ['tea'] }, { revision: 5 });
  history.call('bob', 'vote', { rankings: ['milk'] }, 'ALREADY_VOTED');
  history.read('ann', voting({ revision: 5, voted: ['bob'] }));
  history.call('ann', 'close', {}, { revision: 6 });
  history.call('eve', 'vote', { rankings: ['tea'] }, 'WRONG_STATE');
});

accepts('Changes of one commit, which share their revision', (history) => {
  untilVoting(history);
  const ends = ['ann', 'bob', 'eve'].map((user) => begin(history, user, 'vote', { rankings: ['tea'] }));
  ends.forEach((end) => end({ revision: 5 }));
  history.read('ann', voting({ revision: 5, voted: ['ann', 'bob', 'eve'] }));
});

accepts('A read during a vote, which shows it before its answer', (history) => {
  untilVoting(history);
  const end = begin(history, 'bob', 'vote', { rankings: ['tea'] });
  history.read('ann', voting({ revision: 5, voted: ['bob'] }));
  end({ revision: 5 });
});

accepts('A vote of unknown outcome that shows later', (history) => {
  untilVoting(history);
  history.call('bob', 'vote', { rankings: ['tea'] }, null);
  history.read('ann', voting());
  history.read('ann', voting({ revision: 5, voted: ['bob'] }));
});

accepts('A vote of unknown outcome that never was', (history) => {
  untilVoting(history);
  history.call('bob', 'vote', { rankings: ['tea'] }, null);
  history.read('ann', voting());
  history.call('bob', 'vote', { rankings: ['milk'] }, { revision: 5 });
});

accepts('A vote that was repeated until it was answered', (history) => {
  untilVoting(history);
  history.call('bob', 'vote', { rankings: ['tea'] }, null, { requestID: 'vote' });
  history.read('ann', voting({ revision: 5, voted: ['bob'] }));
  history.call('bob', 'vote', { rankings: ['tea'] }, { revision: 5 }, { requestID: 'vote', via: 'polls 2' });
});

rejects('A lost acknowledged vote', 'read', (history) => {
  untilVoting(history);
  history.call('bob', 'vote', { rankings: ['tea'] }, { revision: 5 });
  history.read('ann', voting({ revision: 6 }));
});

rejects('A stale read', 'read', (history) => {
  untilVoting(history);
  history.call('bob', 'vote', { rankings: ['tea'] }, { revision: 5 });
  history.read('ann', voting(), { via: 'polls 2' });
});

rejects('A stale read although nothing that it shows has changed', 'read', (history) => {
  untilVoting(history);
  history.read('bob', voting({ revision: 6 }));
  history.read('ann', voting({ revision: 5 }), { via: 'polls 2' });
});

rejects('A double count', 'vote', (history) => {
  untilVoting(history);
  history.call('bob', 'vote', { rankings: ['tea'] }, { revision: 5 });
  history.call('bob', 'vote', { rankings: ['milk'] }, { revision: 6 }, { via: 'polls 2' });
});

rejects('A vote after it was refused as a second one, and never a first', 'vote', (history) => {
  untilVoting(history);
  history.call('bob', 'vote', { rankings: ['tea'] }, 'ALREADY_VOTED');
});

rejects('A vote after the close', 'vote', (history) => {
  untilVoting(history);
  history.call('ann', 'close', {}, { revision: 5 });
  history.call('bob', 'vote', { rankings: ['tea'] }, { revision: 6 });
});

rejects('Two reads that see two votes in different orders', 'read', (history) => {
  untilVoting(history);
  const ends = ['ann', 'bob'].map((user) => begin(history, user, 'vote', { rankings: ['tea'] }));
  history.read('eve', voting({ revision: 5, voted: ['ann'] }));
  history.read('eve', voting({ revision: 6, voted: ['bob'] }));
  ends.forEach((end, index) => end({ revision: 5 + index }));
});

rejects('A change in a revision that was read without it', 'vote', (history) => {
  untilVoting(history);
  history.read('eve', voting({ revision: 5 }));
  history.call('bob', 'vote', { rankings: ['tea'] }, { revision: 5 });
});

rejects('A nomination that is lost', 'read', (history) => {
  history.call('ann', 'nominate', { text: 'Tea' }, { revision: 2, nominationID: 'tea' });
  history.call('bob', 'nominate', { text: 'Milk' }, { revision: 3, nominationID: 'milk' });
  history.read('ann', made({ revision: 3, nominations: { tea: { userID: 'ann', text: 'Tea' } } }));
});

test('Two hundred operations, many at once and many unknown, are searched in no time', () => {
  const history = new MadeUp();
  untilVoting(history);
  for (let round = 0; round < 25; round += 1) {
    const users = Array.from({ length: 5 }, (_, index) => `user ${round} ${index}`);
    const ends = users.map((user) => begin(history, user, 'vote', { rankings: ['tea'] }));
    if (round < 8) history.call(`lost ${round}`, 'vote', { rankings: ['tea'] }, null);
    ends.forEach((end) => end({ revision: 5 + round }));
    const voted = Array.from({ length: round + 1 }, (_, each) =>
      [0, 1, 2, 3, 4].map((index) => `user ${each} ${index}`),
    ).flat();
    history.read('ann', voting({ revision: 5 + round, voted }));
    history.call(users[0], 'vote', { rankings: ['tea'] }, 'ALREADY_VOTED');
  }
  assert.deepEqual(check(history), { ok: true });
});
