// A poll's state in one form, whichever way it came: by gRPC with the proto's names, by Socket.IO with JSON's, or put
// together from changes.

import { createHash } from 'node:crypto';

const camel = (name) => name.replace(/_id$/, 'ID').replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

// Makes the fields' names JSON's. The keys of `nominations`, `participants` and `rankings` are ids and stay.
function renamed(object) {
  return Object.fromEntries(Object.entries(object ?? {}).map(([name, value]) => [camel(name), value]));
}

function resultFrom(result) {
  const { nominationID, nominationText, score, rank, elected } = renamed(result);
  return { nominationID, nominationText, score, rank, elected: elected ?? false };
}

// Returns {revision, phase, topic, votesPerVoter, adminID, participants, nominations, voted, results, commitment,
// seed}: `voted` are user ids, the rest is as in Poll.
export function stateFrom(poll) {
  const fields = renamed(poll);
  const nominations = Object.entries(fields.nominations ?? {}).map(([id, nomination]) => {
    const { userID, text } = renamed(nomination);
    return [id, { userID, text }];
  });
  return {
    revision: fields.revision,
    phase: fields.state.replace('STATE_', '').toLowerCase(),
    topic: fields.topic,
    votesPerVoter: fields.votesPerVoter,
    adminID: fields.adminID,
    participants: { ...fields.participants },
    nominations: Object.fromEntries(nominations),
    voted: Object.keys(fields.rankings ?? {}),
    results: (fields.results ?? []).map(resultFrom),
    commitment: fields.tieBreakCommitment ?? '',
    seed: fields.tieBreakSeed ?? '',
  };
}

// What a client makes of one Change: a new state.
function withChange(state, change) {
  const fields = renamed(change);
  const next = { ...state };
  const without = (map, key) => Object.fromEntries(Object.entries(map).filter(([each]) => each !== key));
  // With proto-loader's oneofs, `change` says which of them is set; in JSON only that one is there.
  const kind = camel(change.change ?? Object.keys(change)[0]);
  const is = (name) => kind === name;
  if (is('joined')) {
    const { userID, name } = renamed(fields.joined);
    next.participants = { ...state.participants, [userID]: name };
  } else if (is('left')) {
    next.participants = without(state.participants, fields.left);
  } else if (is('nominated')) {
    const { id, userID, text } = renamed(fields.nominated);
    next.nominations = { ...state.nominations, [id]: { userID, text } };
  } else if (is('nominationRemoved')) {
    next.nominations = without(state.nominations, fields.nominationRemoved);
  } else if (is('votingStarted')) {
    Object.assign(next, { phase: 'voting', commitment: renamed(fields.votingStarted).tieBreakCommitment });
  } else if (is('voted')) {
    next.voted = [...new Set([...state.voted, fields.voted])];
  } else if (is('closed')) {
    const { results, tieBreakSeed } = renamed(fields.closed);
    Object.assign(next, { phase: 'closed', results: (results ?? []).map(resultFrom), seed: tieBreakSeed });
  } else {
    throw new Error(`a change of no known kind: ${JSON.stringify(change)}`);
  }
  return next;
}

// Returns {revision, previousRevision, changes} of a PollChanges.
export function changesFrom(message) {
  const { revision, previousRevision, changes } = renamed(message);
  return { revision, previousRevision: previousRevision ?? 0, changes: changes ?? [] };
}

// The state after a PollChanges that fits; see polls_service.proto.
export function applyChanges(state, { revision, changes }) {
  return { ...changes.reduce(withChange, state), revision };
}

const sorted = (map) => Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

// What the state says, without its revision: equal texts, equal states.
export function contentOf(state) {
  const { revision, ...rest } = state;
  const nominations = sorted(state.nominations);
  return JSON.stringify({
    ...rest,
    participants: sorted(state.participants),
    nominations,
    voted: [...state.voted].sort(),
  });
}

export function digestOf(state) {
  return createHash('sha256').update(contentOf(state)).digest('hex').slice(0, 16);
}
