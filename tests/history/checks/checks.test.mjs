// Each check finds what it is for, and nothing in a good history.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ballotsOfBlt, ballotsOfCsv, weightedScores } from './ballots.mjs';
import { runChecks } from './checks.mjs';
import { goodHistory, kBallots, kFinal, made } from './made_up.mjs';

// A history with `spoil` makes exactly these checks speak.
function finds(name, spoil, ...checks) {
  test(name, () => assert.deepEqual(Object.keys(runChecks(goodHistory(spoil))).sort(), checks.sort()));
}

const final = (state, ballots = kBallots, more = {}) => ({
  hear: (history) => history.hear('eve', 'state', state),
  final: (history) => history.final(state, ballots, more),
});

test('A good history has nothing wrong', () => assert.deepEqual(runChecks(goodHistory()), {}));

test('A history that had no end is checked as far as it goes', () => {
  const history = goodHistory({
    hear: () => {},
    final: () => {},
    read: (made) => made.read('bob', { ...kFinal, revision: 2 }),
  });
  assert.deepEqual(Object.keys(runChecks(history)), ['checkRealTime']);
});

finds(
  'A repeated request with another answer',
  {
    close: (history) => {
      history.call('ann', 'close', {}, { revision: 7 }, { requestID: 'close' });
      history.call('ann', 'close', {}, { revision: 8 }, { requestID: 'close', via: 'polls 2' });
    },
  },
  'checkAnswers',
);

const withoutMilk = { tea: kFinal.nominations.tea };
finds(
  'A lost nomination',
  {
    ...final({ ...kFinal, nominations: withoutMilk }, [['Tea'], ['Tea', null]], {}),
    vote: (history) => {
      history.call('ann', 'vote', { rankings: ['tea'] }, { revision: 6 });
      history.call('bob', 'vote', { rankings: ['tea', 'milk'] }, { revision: 6 });
    },
  },
  'checkNominations',
  'checkStatesShowAnswers',
  'checkResults',
);

finds(
  'A nomination that is there twice',
  final({
    ...kFinal,
    nominations: { ...kFinal.nominations, tea2: { userID: 'ann', text: 'Tea' } },
  }),
  'checkNominations',
);

finds(
  'A nomination that was refused and is there all the same',
  {
    ...final({ ...kFinal, nominations: { ...kFinal.nominations, gin: { userID: 'bob', text: 'Gin' } } }),
    start: (history) => {
      history.call('ann', 'start', {}, { revision: 5 });
      history.call('bob', 'nominate', { text: 'Gin' }, 'WRONG_STATE');
    },
  },
  'checkNominations',
);

finds(
  'A removed nomination that is there',
  {
    read: (history) => history.call('ann', 'remove', { id: 'milk' }, { revision: 4 }),
  },
  'checkNominations',
);

finds(
  'A lost vote',
  {
    vote: (history) =>
      ['ann', 'bob', 'eve'].forEach((user) => history.call(user, 'vote', { rankings: ['tea'] }, { revision: 6 })),
    ...final(kFinal, [['Tea'], ['Tea']]),
  },
  'checkVotes',
  'checkStatesShowAnswers',
  'checkResults',
);

finds(
  'A vote that was counted twice',
  final(kFinal, [['Tea'], ['Tea'], ['Tea', 'Milk']]),
  'checkVotes',
  'checkResults',
);

finds(
  'A ballot that was counted in place of another',
  final(kFinal, [['Tea'], ['Milk', 'Tea']]),
  'checkVotes',
  'checkResults',
);

finds(
  'Two acknowledged votes of one person',
  {
    vote: (history) => {
      for (const user of ['ann', 'bob', 'bob'])
        history.call(user, 'vote', { rankings: user === 'ann' ? ['tea'] : ['tea', 'milk'] }, { revision: 6 });
    },
  },
  'checkVotes',
);

finds(
  'A vote that was refused and counted',
  {
    vote: (history) => {
      history.call('ann', 'vote', { rankings: ['tea'] }, { revision: 6 });
      history.call('bob', 'vote', { rankings: ['tea', 'milk'] }, 'NOT_A_PARTICIPANT');
    },
  },
  'checkVotes',
);

finds(
  'A participant who was lost',
  { join: (history) => history.call('eve', 'join', {}, { revision: 2 }) },
  'checkParticipants',
);

finds(
  'A repeated vote that clashes with itself',
  {
    vote: (history) => {
      history.call('ann', 'vote', { rankings: ['tea'] }, { revision: 6 });
      history.call('bob', 'vote', { rankings: ['tea', 'milk'] }, null, { requestID: 'vote' });
      history.call('bob', 'vote', { rankings: ['tea', 'milk'] }, 'ALREADY_VOTED', { requestID: 'vote' });
    },
  },
  'checkClashes',
);

finds(
  'A revision that goes back',
  {
    hear: (history) =>
      [made({ revision: 4 }), made({ revision: 3 }), kFinal].forEach((state) => history.hear('eve', 'state', state)),
  },
  'checkRevisions',
);

finds(
  'Changes with a gap',
  {
    hear: (history) => {
      history.hear('eve', 'state', made({ revision: 4 }));
      history.hear('eve', 'changes', kFinal, { previousRevision: 6, before: 4, fits: false });
    },
  },
  'checkRevisions',
);

finds(
  'Changes of what was never told',
  {
    hear: (history) =>
      history.message({
        watcher: 'eve',
        session: '',
        kind: 'changes',
        revision: 7,
        before: null,
        fits: false,
        state: null,
      }),
  },
  'checkRevisions',
  'checkLastStates',
);

finds(
  'Two who see different states of one revision',
  {
    hear: (history) => {
      history.hear('eve', 'state', made({ revision: 4, participants: {} }));
      history.hear('eve', 'state', kFinal);
    },
  },
  'checkAgreement',
);

finds(
  'A watcher that stays behind',
  { hear: (history) => history.hear('eve', 'state', made({ revision: 4 })) },
  'checkLastStates',
);

finds('A watcher that has heard nothing', { hear: () => {} }, 'checkLastStates');

finds(
  'A stale read',
  {
    read: (history) => history.read('bob', made({ revision: 3, nominations: withoutMilk }), { via: 'polls 2' }),
  },
  'checkRealTime',
);

finds(
  'A change that an older revision is said to have',
  {
    close: (history) => history.call('ann', 'close', {}, { revision: 5 }),
  },
  'checkRealTime',
);

finds(
  'A state without what an earlier revision had',
  {
    hear: (history) => {
      history.hear('eve', 'state', made({ revision: 6, phase: 'voting', voted: [] }));
      history.hear('eve', 'state', kFinal);
    },
  },
  'checkStatesShowAnswers',
);

const withScore = (score) => ({ ...kFinal, results: [{ ...kFinal.results[0], score }, kFinal.results[1]] });
finds('A score that is a little wrong', final(withScore(2 + Number.EPSILON * 2)), 'checkResults');
finds('Results in the wrong order', final({ ...kFinal, results: [...kFinal.results].reverse() }), 'checkResults');
finds('A seed that was not committed to', final({ ...kFinal, seed: 'another' }), 'checkResults');
finds(
  'Results that change afterwards',
  {
    final: (history) => {
      history.final(kFinal, kBallots);
      history.final(withScore(1), kBallots);
    },
  },
  'checkResults',
);
finds('An export that differs from another', final(kFinal, kBallots, { ballotsAgain: [['Tea']] }), 'checkResults');

test('Ballots are read from CSV', () => {
  assert.deepEqual(ballotsOfCsv('rank1,rank2\r\nTea,"Milk, ""warm"""\r\nTea,\r\n'), [['Tea', 'Milk, "warm"'], ['Tea']]);
  assert.deepEqual(ballotsOfCsv('rank1\r\n'), []);
});

test('Ballots are read from BLT', () => {
  assert.deepEqual(ballotsOfBlt('2 1\n1 1 2 0\n2 2 0\n0\n"Tea"\n"Milk"\n"Drinks"\n'), [
    ['Tea', 'Milk'],
    ['Milk'],
    ['Milk'],
  ]);
});

test('The weighted count is that of the example', () => {
  const ballots = [
    ['02', '01', '03'],
    ['04', '01', '02'],
    ['03', '02', '01'],
    ['02', '04', '01'],
  ];
  const { scores, denominator } = weightedScores(ballots, 3);
  const rounded = [...scores].map(([text, score]) => [text, (Number(score) / Number(denominator)).toFixed(3)]).sort();
  assert.deepEqual(rounded, [
    ['01', '1.981'],
    ['02', '2.991'],
    ['03', '1.296'],
    ['04', '1.694'],
  ]);
});
