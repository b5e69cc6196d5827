// Two replicas of polls-service on one Redis, and two edges, each of which can reach both replicas.

import { ServerProcess, freePort, succeeds } from '../../integration/support/process.mjs';
import { System } from '../../integration/support/system.mjs';
import { pollsClient } from '../../integration/support/grpc.mjs';

// A process like `model` that listens elsewhere; `change` maps its further arguments.
async function sibling(model, name, change = (args) => args) {
  const listen = `127.0.0.1:${await freePort()}`;
  const args = change(model.args.filter((arg) => !arg.startsWith('--listen=')));
  const isReady = () => succeeds(model.file, ['--healthcheck', `--listen=${listen}`]);
  return Object.assign(
    new ServerProcess({ name, file: model.file, args: [`--listen=${listen}`, ...args], isReady }),
    { address: listen },
  );
}

export class Cluster {
  static async start({ pollsFlags = [], edgeFlags = [] } = {}) {
    const cluster = new Cluster();
    const system = await System.start({ edge: false, shards: 1, pollsFlags, edgeFlags });
    const first = Object.assign(system.polls, { name: 'polls 1', address: system.pollsAddress });
    const second = await sibling(system.polls, 'polls 2');
    const backend = (...replicas) => `--backend=ipv4:${replicas.map((replica) => replica.address).join(',')}`;
    const edge = (name, ...replicas) =>
      sibling(system.edge, name, (args) => [...args.filter((arg) => !arg.startsWith('--backend=')), backend(...replicas)]);
    const edges = [await edge('edge 1', first, second), await edge('edge 2', second, first)];
    Object.assign(cluster, { system, replicas: [first, second], edges, redis: system.redis });
    for (const process of [second, ...edges]) {
      system.processes.push(process);
      await process.start();
    }
    // One channel to each replica would carry 60 people; some have their own, as they would.
    cluster.stubs = cluster.replicas.map((replica) => cluster.doorTo(replica.address).grpc);
    return cluster;
  }

  // What the helpers of the integration tests take for a system.
  doorTo(address) {
    const { system } = this;
    const door = {
      pollsAddress: address, edgeUrl: `http://${address}`, secrets: system.secrets, onStop: (close) => system.onStop(close),
    };
    return Object.defineProperty(door, 'grpc', { get: () => pollsClient(door) });
  }

  async restartEverything() {
    const { system } = this;
    for (const process of [...system.processes].reverse()) {
      if (process !== system.auth) await process.kill9();
    }
    for (const process of system.processes) {
      if (process !== system.auth) await process.start();
    }
  }

  stop() {
    return this.system.stop();
  }
}
