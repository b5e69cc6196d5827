// What people do in a poll: mostly what they should, now and then what must be refused, and the same thing twice.

import { sleep } from '../../integration/support/wait.mjs';

const kCommonTexts = 5;

export class Behaviour {
  // `pauseMs`: [least, most] between two things that somebody does. `nominationsMax`: of one person.
  constructor(life, random, { pauseMs, nominationsMax, deadlineMs }) {
    Object.assign(this, { life, random, pauseMs, nominationsMax, deadlineMs, stopped: false });
  }

  // Everybody does things until stop().
  start() {
    this.running = Promise.all(this.life.members.map((member) => this.live(member)));
    this.running.catch(() => {});
  }

  async stop() {
    this.stopped = true;
    await this.running;
  }

  async live(member) {
    const random = this.random.fork();
    const done = { nominations: 0, votes: 0 };
    while (!this.stopped) {
      await sleep(random.between(...this.pauseMs));
      if (this.stopped) return;
      const phase = this.life.known?.phase ?? 'nominating';
      const own = this.life.history.calls.filter(
        ({ client, outcome, requestID }) => client === member.name && outcome === 'ok' && requestID,
      );
      const dice = random.next();
      if (dice < 0.03) await member.comeAgain();
      else if (dice < 0.25) await member.ask('read', {}, { deadlineMs: this.deadlineMs });
      else if (dice < 0.35 && own.length > 0) await member.repeat(random.pick(own));
      else if (dice < 0.4 || phase === 'voting') await this.vote(member, random, done, phase);
      else if (phase === 'nominating' || dice < 0.6) await this.nominate(member, random, done);
    }
  }

  // One in ten gives up after a single attempt, whatever came of it; some send all twice, at the same time.
  async insist(member, method, args, random) {
    const requestID = this.life.history.newRequestID();
    const deadlineMs = random.next() < 0.1 ? 0 : this.deadlineMs;
    const ask = () => member.ask(method, args, { deadlineMs, requestID });
    await Promise.all(random.next() < 0.15 ? [ask(), ask()] : [ask()]);
  }

  // Two requests for the same, of which one comes too late. Returns the calls that were answered last.
  async decide(method) {
    const ask = () => this.life.admin.ask(method, {}, { deadlineMs: this.deadlineMs });
    return Promise.all([ask(), ask()]);
  }

  // With the options that it takes, if faults have kept people from nominating them.
  async startVote() {
    const isTooEarly = (calls) => calls.every(({ reason }) => reason === 'TOO_FEW_NOMINATIONS');
    for (let needed = 1; isTooEarly(await this.decide('start')); needed += 1) {
      await this.life.admin.ask('nominate', { text: `Needed ${needed}` }, { deadlineMs: this.deadlineMs });
    }
  }

  closePoll() {
    return this.decide('close');
  }

  async nominate(member, random, done) {
    if (done.nominations >= this.nominationsMax) return;
    done.nominations += 1;
    const isCommon = random.next() < 0.2;
    const text = isCommon ? `Common ${random.between(1, kCommonTexts)}` : `Own ${done.nominations} of ${member.name}`;
    await this.insist(member, 'nominate', { text }, random);
  }

  // Before the time, in time, or a second time.
  async vote(member, random, done, phase) {
    const ids = Object.keys(this.life.known?.nominations ?? {});
    if (ids.length < this.life.votesPerVoter || (phase === 'voting' && done.votes >= 2)) return;
    if (phase === 'voting') done.votes += 1;
    const rankings = random.sample(ids, random.between(1, this.life.votesPerVoter));
    await this.insist(member, 'vote', { rankings }, random);
  }

  async removeSome(count) {
    const { admin, known } = this.life;
    const ids = this.random.sample(Object.keys(known?.nominations ?? {}), count);
    for (const id of [...ids, 'no-such1']) await admin.ask('remove', { id }, { deadlineMs: this.deadlineMs });
  }
}
