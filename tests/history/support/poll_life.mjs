// A poll from its creation to its end, with members and followers of every kind, all at once.

import { eventually } from '../../integration/support/wait.mjs';
import { ballotsOfBlt, ballotsOfCsv } from '../checks/ballots.mjs';
import { History } from './history.mjs';
import { GrpcMember, SocketMember } from './members.mjs';
import { contentOf, stateFrom } from './poll_state.mjs';
import { Follower, GrpcFollower } from './watchers.mjs';

const kPatientMs = 60_000;

// Calls until it succeeds: what prepares and what looks back is no part of the history.
function insist(replicas, random, method, request, token) {
  const call = () => random.pick(replicas).stub.call(method, request, { token, deadlineMs: 3_000 });
  return eventually(method, call, { deadlineMs: kPatientMs, intervalMs: 100 });
}

export class PollLife {
  // Opens a poll and has everybody take part. `grpc` and `sockets`: how many of each beside the admin; every second
  // socket asks for changes. `followers`: how many of each mode at each replica.
  static async open(cluster, random, { name, votesPerVoter, grpc, sockets, followers = 1 }) {
    const life = new PollLife();
    const replicas = cluster.replicas.map((replica, index) => ({ name: replica.name, stub: cluster.stubs[index] }));
    const history = new History(name);
    Object.assign(life, { cluster, random, history, replicas, votesPerVoter, watchers: [], members: [] });
    const creation = {
      topic: `History ${name}`,
      votes_per_voter: votesPerVoter,
      name: 'Admin',
      request_id: crypto.randomUUID(),
    };
    const { poll, access_token: token } = await insist(replicas, random, 'CreatePoll', creation);
    const again = await insist([replicas[0]], random, 'CreatePoll', creation);
    if (again.poll.id !== poll.id) throw new Error(`${creation.request_id} made ${poll.id} and ${again.poll.id}`);
    life.pollID = poll.id;
    cluster.system.onStop(() => life.leave());
    life.admin = new GrpcMember(history, random.fork(), { token, pollID: poll.id, name: 'admin' }, replicas);
    life.members = await Promise.all([
      ...Array.from({ length: grpc }, (_, index) => life.join(`grpc ${index}`, null)),
      ...Array.from({ length: sockets }, (_, index) => life.join(`socket ${index}`, index)),
    ]);
    await Promise.all(
      [life.admin, ...life.members.slice(0, grpc)].map((member) => member.ask('join', {}, { deadlineMs: kPatientMs })),
    );
    for (let index = 0; index < followers * replicas.length; index += 1) {
      for (const mode of ['snapshot', 'delta']) {
        const place = { pollID: poll.id, token, replicas, first: index };
        life.watchers.push(new GrpcFollower(history, `${mode} ${index}`, mode, place));
      }
    }
    return life;
  }

  async join(name, socketIndex) {
    const { history, pollID, random, cluster } = this;
    const { access_token: token } = await insist(this.replicas, random, 'JoinPoll', { poll_id: pollID, name });
    const identity = { token, pollID, name };
    if (socketIndex === null) return new GrpcMember(history, random.fork(), identity, this.replicas);
    const deltas = socketIndex % 2 === 1;
    const place = Math.floor(socketIndex / 2) % cluster.edges.length;
    const edge = { name: cluster.edges[place].name, door: cluster.doors[place] };
    const follower = new Follower(history, name, deltas ? 'delta' : 'snapshot');
    this.watchers.push(follower);
    return new SocketMember(history, random.fork(), identity, edge, {
      deltas,
      onSession: (id) => follower.beginSession(id),
      onState: (poll) => follower.onState(poll),
      onChanges: (message) => follower.onChanges(message),
    });
  }

  // A state of the poll as some follower has it.
  get known() {
    return this.watchers.find(({ state }) => state)?.state ?? null;
  }

  // With everything running again: waits for all to reach the end, and reads what it is.
  async finish() {
    const { history, watchers } = this;
    history.watchers = watchers.map(({ name }) => name);
    await this.readFinal('at the end');
    const last = contentOf(history.states.get(history.finals[0].digest));
    const late = () => watchers.filter(({ state }) => !state || contentOf(state) !== last);
    // Who stays behind is found by the checks, with the difference.
    await eventually('all have the last state', () => late().length === 0, { deadlineMs: 20_000 }).catch(() => {});
  }

  async readFinal(when) {
    const { admin, history, pollID } = this;
    const ask = (method, request = {}) =>
      insist(this.replicas, this.random, method, { poll_id: pollID, ...request }, admin.token);
    for (const each of this.members) await each.ask('read');
    const state = stateFrom((await ask('GetPoll')).poll);
    const { tally } = await ask('GetTally');
    const csv = (await ask('ExportPoll', { format: 'FORMAT_CSV' })).content;
    const blt = (await ask('ExportPoll', { format: 'FORMAT_BLT' })).content;
    const ballots = ballotsOfCsv(csv);
    history.finals.push({ when, digest: history.keep(state), tally, ballots, ballotsAgain: ballotsOfBlt(blt) });
  }

  async leave() {
    for (const watcher of this.watchers) await watcher.stop?.();
    for (const member of this.members) member.close();
  }
}
