// Kills, drains and pauses the processes of a cluster, one or two at a time, until it is told to stop.

import { sleep } from '../../integration/support/wait.mjs';

const kPauseMs = 3_000;
const kDownMsMax = 400;

export class Nemesis {
  // `betweenMs`: [least, most] from one fault's end to the next.
  constructor(cluster, random, { betweenMs = [700, 1_500] } = {}) {
    this.cluster = cluster;
    this.random = random;
    this.betweenMs = betweenMs;
    this.done = new Map(); // how often each fault happened, by its name
    this.running = null;
  }

  start() {
    this.stopped = false;
    this.running = this.run();
    // It is awaited in stop(), with its error.
    this.running.catch(() => {});
  }

  // Everything runs again when it resolves.
  async stop() {
    this.stopped = true;
    await this.running;
  }

  async run() {
    const { cluster, random } = this;
    const replica = () => random.pick(cluster.replicas);
    const edge = () => random.pick(cluster.edges);
    const faults = [
      ['kill a replica', () => this.kill(replica())],
      ['kill a replica', () => this.kill(replica())],
      ['kill both replicas', () => this.kill(...cluster.replicas)],
      ['kill an edge', () => this.kill(edge())],
      ['kill Redis', () => this.kill(cluster.redis)],
      ['kill Redis and a replica', () => this.kill(cluster.redis, replica())],
      ['drain a replica', () => this.drain(replica())],
      ['drain an edge', () => this.drain(edge())],
      ['pause Redis', () => this.pause(cluster.redis)],
      ['pause a replica', () => this.pause(replica())],
      ['pause an edge', () => this.pause(edge())],
    ];
    let queue = [];
    while (!this.stopped) {
      await sleep(random.between(...this.betweenMs));
      if (this.stopped) return;
      if (queue.length === 0) queue = random.sample(faults, faults.length);
      const [name, inflict] = queue.pop();
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
      await inflict();
    }
  }

  async kill(...processes) {
    for (const process of processes) await process.kill9();
    await sleep(this.random.between(0, kDownMsMax));
    for (const process of processes) await process.start();
  }

  async drain(process) {
    await process.stop();
    await process.start();
  }

  async pause(process) {
    process.pause();
    await sleep(kPauseMs);
    process.resume();
  }

  get summary() {
    return [...this.done].map(([name, count]) => `${name} ${count}`).join(', ');
  }

  get count() {
    return [...this.done.values()].reduce((sum, each) => sum + each, 0);
  }
}
