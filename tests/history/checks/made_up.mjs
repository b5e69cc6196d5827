// Histories made up for the checks' own tests.

import { createHash } from 'node:crypto';
import { History } from '../support/history.mjs';

export const kSeed = 'a seed';

export const kCommitment = createHash('sha256').update(kSeed).digest('hex');

// A state with two nominations and nobody's vote, but for `changes`.
export function made(changes = {}) {
  return {
    revision: 1,
    phase: 'nominating',
    topic: 'Drinks',
    votesPerVoter: 2,
    adminID: 'ann',
    participants: { ann: 'Ann', bob: 'Bob' },
    nominations: { tea: { userID: 'ann', text: 'Tea' }, milk: { userID: 'bob', text: 'Milk' } },
    voted: [],
    results: [],
    commitment: '',
    seed: '',
    ...changes,
  };
}

export class MadeUp extends History {
  constructor() {
    super('made-up');
    this.watchers = [];
  }

  // A call that is answered before anything else happens. `result`: an answer, a refusal's reason, or null for none.
  call(user, method, args, result, { requestID = this.newRequestID(), via = 'polls 1' } = {}) {
    const call = this.begin({
      client: user,
      user,
      via,
      method,
      requestID: method === 'read' ? undefined : requestID,
      args,
    });
    if (result === null) this.end(call, { outcome: 'unknown', reason: 'UNAVAILABLE' });
    else if (typeof result === 'string') this.end(call, { outcome: 'refused', reason: result });
    else this.end(call, { outcome: 'ok', answer: result });
    return call;
  }

  read(user, state, options) {
    return this.call(user, 'read', {}, { state }, options);
  }

  // A message of a feed.
  hear(watcher, kind, state, more = {}) {
    this.message({ watcher, session: '', kind, revision: state.revision, before: null, fits: true, state, ...more });
  }

  final(state, ballots, more = {}) {
    const tally = { ballots: ballots.length };
    this.finals.push({ when: 'again', digest: this.keep(state), ballots, ballotsAgain: ballots, tally, ...more });
  }
}

const kWeightOfSecond = 0.5625;

export const kFinal = made({
  revision: 7,
  phase: 'closed',
  voted: ['ann', 'bob'],
  commitment: kCommitment,
  seed: kSeed,
  results: [
    { nominationID: 'tea', nominationText: 'Tea', score: 2, rank: 1, elected: true },
    { nominationID: 'milk', nominationText: 'Milk', score: kWeightOfSecond, rank: 2, elected: false },
  ],
});
export const kBallots = [['Tea'], ['Tea', 'Milk']];

// A whole poll in which nothing is wrong, but for what `spoil(name)` puts in place of a part.
export function goodHistory(spoil = {}) {
  const history = new MadeUp();
  const part = (name, play) => (spoil[name] ?? play)(history);
  part('join', () => ['ann', 'bob'].forEach((user) => history.call(user, 'join', {}, { revision: 2 })));
  part('nominate', () => {
    history.call('ann', 'nominate', { text: 'Tea' }, null, { requestID: 'tea' });
    history.call(
      'ann',
      'nominate',
      { text: 'Tea' },
      { revision: 3, nominationID: 'tea' },
      { requestID: 'tea', via: 'polls 2' },
    );
    history.call('bob', 'nominate', { text: 'Milk' }, { revision: 4, nominationID: 'milk' });
    history.call('bob', 'nominate', { text: 'Tea' }, 'NOMINATION_EXISTS');
  });
  part('read', () => history.read('bob', made({ revision: 4 })));
  part('start', () => history.call('ann', 'start', {}, { revision: 5 }));
  part('vote', () => {
    history.call('ann', 'vote', { rankings: ['tea'] }, { revision: 6 });
    history.call('bob', 'vote', { rankings: ['tea', 'milk'] }, null);
  });
  part('close', () => history.call('ann', 'close', {}, { revision: 7 }));
  part('hear', () => {
    history.hear('eve', 'state', made({ revision: 4 }));
    history.hear('eve', 'state', kFinal);
  });
  part('final', () => {
    history.final(kFinal, kBallots);
    history.final(kFinal, kBallots);
  });
  history.watchers = ['eve'];
  return history;
}
