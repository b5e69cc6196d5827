// Whether a history of one poll could have come from a single copy of it that does one thing at a time (the search of
// Wing and Gong, with Lowe's memory of what was tried). Exponential at worst: for up to some 200 operations.
//
// An operation: {method, user, args, outcome, reason, revision, state, invoke, complete, calls}. One whose outcome is
// `unknown` may take effect at any time after its beginning, or never.

import { requestsOf } from './requests.mjs';

const kModelled = new Set(['nominate', 'remove', 'start', 'vote', 'close', 'read']);
// Refusals that the model can tell the truth of. What else is refused says nothing about its state.
const kReasons = new Set([
  'WRONG_STATE',
  'NOMINATION_EXISTS',
  'NOMINATION_NOT_FOUND',
  'ALREADY_VOTED',
  'TOO_FEW_NOMINATIONS',
]);

// Returns the operations of a history. All attempts of a request are one, but each refusal stands for itself.
export function operationsOf(history) {
  const texts = new Map(); // by nomination id
  for (const state of history.states.values()) {
    for (const [id, { text }] of Object.entries(state.nominations)) texts.set(id, text);
  }
  const operations = [];
  const add = (call, invoke, complete, more) => {
    const args = call.method === 'remove' ? { text: texts.get(call.args.id) ?? call.args.id } : call.args;
    operations.push({ method: call.method, user: call.user, args, invoke, complete, ...more });
  };
  for (const call of history.calls) {
    if (call.method === 'read' && call.outcome === 'ok') {
      add(call, call.invoke, call.complete, {
        outcome: 'ok',
        revision: call.answer.revision,
        state: history.states.get(call.answer.digest),
      });
    } else if (call.outcome === 'refused' && kModelled.has(call.method) && kReasons.has(call.reason)) {
      add(call, call.invoke, call.complete, { outcome: 'refused', reason: call.reason });
    }
  }
  for (const { calls, ok, unknown } of requestsOf(history)) {
    const [first] = ok.length > 0 ? calls : unknown;
    if (!first || !kModelled.has(first.method)) continue;
    if (ok.length > 0) {
      const complete = Math.min(...ok.map((call) => call.complete));
      add(first, first.invoke, complete, { outcome: 'ok', revision: ok[0].answer.revision });
    } else {
      add(first, first.invoke, Infinity, { outcome: 'unknown' });
    }
  }
  return operations.sort((a, b) => a.invoke - b.invoke);
}

// The poll as it begins. `sealed`: a state of this revision was read, so the next change has a greater one; before
// that, changes may share a revision, as those of one commit do.
const kBeginning = { phase: 'nominating', nominations: [], voted: [], revision: 0, sealed: false };

const withItem = (list, item) => [...list, item].sort();

// The state after an operation that succeeds, or null if it cannot. `revision` is not looked at.
function changed(state, { method, user, args }, votesPerVoter) {
  const { phase, nominations, voted } = state;
  const nominating = phase === 'nominating';
  switch (method) {
    case 'nominate':
      return nominating && !nominations.includes(args.text)
        ? { ...state, nominations: withItem(nominations, args.text) }
        : null;
    case 'remove':
      return nominating && nominations.includes(args.text)
        ? { ...state, nominations: nominations.filter((text) => text !== args.text) }
        : null;
    case 'start':
      return nominating && nominations.length >= votesPerVoter ? { ...state, phase: 'voting' } : null;
    case 'vote':
      return phase === 'voting' && !voted.includes(user) ? { ...state, voted: withItem(voted, user) } : null;
    default:
      return phase === 'voting' ? { ...state, phase: 'closed' } : null;
  }
}

function refusalHolds(state, { method, user, args, reason }, votesPerVoter) {
  const wanted = method === 'vote' || method === 'close' ? 'voting' : 'nominating';
  if (reason === 'WRONG_STATE') return state.phase !== wanted;
  if (state.phase !== wanted) return false;
  if (reason === 'NOMINATION_EXISTS') return state.nominations.includes(args.text);
  if (reason === 'NOMINATION_NOT_FOUND') return !state.nominations.includes(args.text);
  if (reason === 'ALREADY_VOTED') return state.voted.includes(user);
  return state.nominations.length < votesPerVoter;
}

function readHolds(state, { revision, state: seen }) {
  const texts = Object.values(seen.nominations)
    .map(({ text }) => text)
    .sort();
  return (
    revision >= state.revision &&
    seen.phase === state.phase &&
    texts.join('\n') === state.nominations.join('\n') &&
    [...seen.voted].sort().join() === state.voted.join()
  );
}

// The state after `operation`, or null if it could not come next with the answer that it had.
function step(state, operation, votesPerVoter) {
  if (operation.outcome === 'refused') return refusalHolds(state, operation, votesPerVoter) ? state : null;
  if (operation.method === 'read') {
    return readHolds(state, operation) ? { ...state, revision: operation.revision, sealed: true } : null;
  }
  const next = changed(state, operation, votesPerVoter);
  const least = state.revision + (state.sealed ? 1 : 0);
  const revision = operation.revision ?? least;
  return next && revision >= least ? { ...next, revision, sealed: false } : null;
}

// Returns {ok: true}, or {ok: false, done, stuck}: the longest order that was found, and what could not come after it.
export function checkLinearizable(operations, { votesPerVoter }) {
  const tried = new Set();
  const order = [];
  let longest = [];
  const done = new Array(operations.length).fill(false);
  const search = (state) => {
    const open = operations.filter((operation, index) => !done[index]);
    const certain = open.filter(({ complete }) => complete < Infinity);
    if (certain.length === 0) return true;
    const bound = Math.min(...certain.map(({ complete }) => complete));
    const key = `${done.map(Number).join('')} ${JSON.stringify(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const candidates = open.filter(({ invoke }) => invoke < bound).sort((a, b) => a.complete - b.complete);
    for (const operation of candidates) {
      const next = step(state, operation, votesPerVoter);
      if (!next) continue;
      const index = operations.indexOf(operation);
      done[index] = true;
      order.push(operation);
      if (order.length > longest.length) longest = [...order];
      if (search(next)) return true;
      order.pop();
      done[index] = false;
    }
    return false;
  };
  if (search(kBeginning)) return { ok: true };
  const rest = operations.filter((operation) => !longest.includes(operation) && operation.outcome !== 'unknown');
  return { ok: false, done: longest, stuck: rest.slice(0, 3) };
}
