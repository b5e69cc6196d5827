// Whoever follows a poll: keeps a state as the proto's comments say a client does, and writes down each message.

import { sleep } from '../../integration/support/wait.mjs';
import { applyChanges, changesFrom, stateFrom } from './poll_state.mjs';

const kAgainMs = 30;

export class Follower {
  constructor(history, name, mode) {
    Object.assign(this, { history, name, mode, state: null, session: '' });
  }

  // From here on revisions may begin anew: another connection, without a word of what was seen before.
  beginSession(session) {
    this.session = session;
    this.state = null;
  }

  onState(poll, repeat = false) {
    const state = stateFrom(poll);
    const before = this.state?.revision ?? null;
    // What comes again for others is older than what its changes have made.
    if (!(repeat && before !== null && state.revision <= before)) this.state = state;
    this.note({ kind: repeat ? 'repeat' : 'state', revision: state.revision, before, state });
  }

  onChanges(message) {
    const changes = changesFrom(message);
    const before = this.state?.revision ?? null;
    const fits = before !== null && changes.previousRevision <= before && before < changes.revision;
    if (fits) this.state = applyChanges(this.state, changes);
    this.note({
      kind: 'changes',
      revision: changes.revision,
      previousRevision: changes.previousRevision,
      before,
      fits,
      state: this.state,
    });
  }

  note(fields) {
    this.history.message({ watcher: this.name, session: this.session, mode: this.mode, ...fields });
  }
}

// Follows by gRPC. When its stream ends it opens another, at the next replica, from the revision that it has.
export class GrpcFollower extends Follower {
  constructor(history, name, mode, { pollID, token, replicas, first = 0 }) {
    super(history, name, mode);
    Object.assign(this, { pollID, token, replicas, next: first, stopped: false, stream: null });
    this.running = this.run();
  }

  async run() {
    while (!this.stopped) {
      const { stub } = this.replicas[this.next % this.replicas.length];
      this.next += 1;
      const request = {
        poll_id: this.pollID,
        revision: this.state?.revision ?? 0,
        mode: `MODE_${this.mode.toUpperCase()}`,
      };
      this.stream = stub.stream('WatchPoll', request, {
        token: this.token,
        onMessage: (message) => this.take(message),
      });
      await this.stream.done;
      await sleep(kAgainMs);
    }
  }

  take(message) {
    if (message.poll_updated) this.onState(message.poll_updated, message.repeat);
    if (message.poll_changed) this.onChanges(message.poll_changed);
  }

  async stop() {
    this.stopped = true;
    this.stream?.cancel();
    await this.running;
  }
}
