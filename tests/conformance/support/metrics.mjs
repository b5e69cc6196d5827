// The edge's metrics: where they are served, and what they say.

import { within } from './wait.mjs';

const kLimit = /^edge_limit_reached_total\{limit="(\w+)"\}$/;

export class Metrics {
  // `server`: one that was started with --admin_listen=127.0.0.1:0 for the edge.
  constructor(server) {
    const port = /"admin_port":(\d+)/.exec(server.log)?.[1];
    if (!port) throw new Error(`no admin port in the log:\n${server.log}`);
    this.port = Number(port);
    this.url = `http://127.0.0.1:${port}/metrics`;
  }

  // Returns {'name{label="value"}': number}.
  async read() {
    const answer = await within('metrics', fetch(this.url));
    const text = await answer.text();
    const samples = {};
    for (const line of text.split('\n')) {
      const space = line.lastIndexOf(' ');
      if (space > 0 && !line.startsWith('#')) samples[line.slice(0, space)] = Number(line.slice(space + 1));
    }
    return samples;
  }

  // How often each limit was reached, by its name.
  async limits() {
    const entries = Object.entries(await this.read()).map(([name, value]) => [kLimit.exec(name)?.[1], value]);
    return Object.fromEntries(entries.filter(([name]) => name));
  }

  async limit(name) {
    return (await this.limits())[name];
  }
}
