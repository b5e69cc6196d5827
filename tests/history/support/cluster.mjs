// Two replicas of polls-service on one Redis, and two edges, each of which can reach both replicas.

import { freePort } from '../../integration/support/process.mjs';
import { System } from '../../integration/support/system.mjs';
import { pollsClient } from '../../integration/support/grpc.mjs';

export class Cluster {
  // The flags go to every process of the kind.
  static async start({ pollsFlags = [], edgeFlags = [] } = {}) {
    const cluster = new Cluster();
    const system = await System.start({ edge: false, shards: 1, pollsFlags, edgeFlags });
    const addresses = [system.pollsAddress, `127.0.0.1:${await freePort()}`];
    system.polls.name = 'polls 1';
    const replicas = [system.polls, system.pollsProcess('polls 2', addresses[1])];
    const ports = [await freePort(), await freePort()];
    const backends = [addresses, [...addresses].reverse()].map((order) => `ipv4:${order.join(',')}`);
    const edges = ports.map((port, index) => system.edgeProcess(`edge ${index + 1}`, port, backends[index]));
    Object.assign(cluster, { system, replicas, edges, redis: system.redis });
    for (const process of [replicas[1], ...edges]) {
      system.processes.push(process);
      await process.start();
    }
    // What the helpers of the integration tests take for a system: the same through another door.
    const through = (members) => Object.assign(Object.create(system), members);
    cluster.stubs = addresses.map((pollsAddress) => pollsClient(through({ pollsAddress })));
    cluster.doors = ports.map((edgePort) => through({ edgePort, edgeUrl: `http://127.0.0.1:${edgePort}` }));
    return cluster;
  }

  // Ends all but auth-service at once and starts it again.
  async restartEverything() {
    const others = this.system.processes.filter((process) => process !== this.system.auth);
    for (const process of [...others].reverse()) await process.kill9();
    for (const process of others) await process.start();
  }

  stop() {
    return this.system.stop();
  }
}
