// What happened in one poll, in the order in which this process saw it: calls, and what feeds said.
//
// A call: {client, user, via, method, requestID, args, invoke, complete, outcome, answer, reason}. `outcome` is `ok`,
// `refused` (a definite error: nothing was done) or `unknown`. `invoke` and `complete` are places in that order.
// A message: {watcher, session, kind, place, revision, previousRevision, before, digest}; `session` changes when a
// watcher begins anew, `before` is the revision that it had, and `digest` tells the state that it has now, if any.

import { digestOf } from './poll_state.mjs';

export class History {
  constructor(name) {
    this.name = name;
    this.calls = [];
    this.messages = [];
    // Every state that was ever seen, by digest.
    this.states = new Map();
    // Filled at the end; see `finish` in rounds.
    this.finals = [];
    this.places = 0;
    this.requests = 0;
  }

  now() {
    return (this.places += 1);
  }

  newRequestID() {
    return `${this.name}-${(this.requests += 1)}`;
  }

  begin(call) {
    const begun = { ...call, invoke: this.now(), complete: null, outcome: 'unknown', answer: null, reason: null };
    this.calls.push(begun);
    return begun;
  }

  // `result`: {outcome, answer} or {outcome, reason}. An answer with a state keeps its digest instead.
  end(call, { outcome, answer = null, reason = null }) {
    Object.assign(call, { outcome, answer, reason, complete: this.now() });
    if (answer?.state) call.answer = { revision: answer.state.revision, digest: this.keep(answer.state) };
  }

  message(fields) {
    const { state, ...rest } = fields;
    this.messages.push({ ...rest, place: this.now(), digest: state && this.keep(state) });
  }

  keep(state) {
    const digest = digestOf(state);
    if (!this.states.has(digest)) this.states.set(digest, state);
    return digest;
  }
}
