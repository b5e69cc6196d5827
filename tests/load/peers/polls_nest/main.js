// The design before Caucus, as a peer of the benchmarks: a NestJS gateway that writes each change to Redis, reads the
// whole poll back and broadcasts it to everybody in the poll.
//
//   PORT=3000 REDIS=/run/redis.sock node main.js        (REDIS: a socket's path, or redis://host:port)
//
// It keeps the earlier application's events, tokens (JWT, HS256, in the handshake) and state. Where it differs, it is
// in its favour:
// - That application kept a poll as one document of RedisJSON, which Debian's Redis lacks. Here it is a hash with a field
//   for each participant, nomination and ranking, so that a change is one HSET, as it was one JSON.SET of a path, and
//   the whole poll one HGETALL, as it was one JSON.GET.
// - Each change also counts `revision` up, in the same round trip, and each state has it. The load generator tells by it
//   which votes a state contains.
// - That application acknowledged nothing. Here an event is acknowledged, with its revision, as soon as Redis has
//   written it: before the poll is read back and broadcast, which is the faster of the two.
// - Payloads are checked by hand, not by class-validator. Commands to Redis that are made in one turn go out together.

import 'reflect-metadata';
import { Controller, HttpException, Inject, Injectable, Module, Post, Body } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer, WsException } from '@nestjs/websockets';
import { PollsRepository } from './polls_repository.js';
import { PollsService } from './polls_service.js';
import { verifyToken } from './tokens.js';

// Applies decorators without a compiler.
const decorateMethod = (type, name, ...decorators) => {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name);
  for (const decorator of decorators) decorator(type.prototype, name, descriptor);
};

class PollsController {
  constructor(service) { this.service = service; }
  create(body) { return this.service.createPoll(body); }
  join(body) { return this.service.joinPoll(body); }
  rejoin(body) {
    const claims = verifyToken(body?.accessToken);
    if (!claims) throw new HttpException('bad token', 403);
    return this.service.rejoinPoll(claims);
  }
}
Controller('polls')(PollsController);
Inject(PollsService)(PollsController, undefined, 0);
for (const [name, path] of [['create', ''], ['join', 'join'], ['rejoin', 'rejoin']]) {
  Body()(PollsController.prototype, name, 0);
  decorateMethod(PollsController, name, Post(path));
}

class PollsGateway {
  constructor(service) { this.service = service; }

  async handleConnection(socket) {
    const { pollID } = socket.data;
    await socket.join(pollID);
    await this.service.addParticipant(socket.data);
    await this.broadcast(pollID);
  }

  async handleDisconnect(socket) {
    const { pollID } = socket.data;
    if (await this.service.removeParticipantWhileWaiting(pollID, socket.data.userID)) await this.broadcast(pollID);
  }

  async nominate({ text }, socket) {
    if (typeof text !== 'string' || text.length < 1 || text.length > 100) throw new WsException('text');
    return this.changed(socket, await this.service.addNomination(socket.data, text));
  }

  async removeNomination({ id }, socket) {
    await this.requireAdmin(socket);
    return this.changed(socket, await this.service.removeNomination(socket.data.pollID, id));
  }

  async removeParticipant({ id }, socket) {
    await this.requireAdmin(socket);
    return this.changed(socket, await this.service.removeParticipantWhileWaiting(socket.data.pollID, id) ?? {});
  }

  async startVote(_, socket) {
    await this.requireAdmin(socket);
    return this.changed(socket, await this.service.startVote(socket.data.pollID));
  }

  async submitRankings({ rankings }, socket) {
    if (!Array.isArray(rankings)) throw new WsException('rankings');
    return this.changed(socket, await this.service.submitRankings(socket.data, rankings));
  }

  async closePoll(_, socket) {
    await this.requireAdmin(socket);
    return this.changed(socket, await this.service.computeResults(socket.data.pollID));
  }

  async cancelPoll(_, socket) {
    await this.requireAdmin(socket);
    await this.service.cancelPoll(socket.data.pollID);
    this.io.to(socket.data.pollID).emit('poll_cancelled');
    return {};
  }

  async requireAdmin(socket) {
    if (await this.service.adminOf(socket.data.pollID) !== socket.data.userID) {
      throw new WsException('Admin privileges required');
    }
  }

  // Broadcasts, and returns the ack without waiting for that.
  changed(socket, answer) {
    this.broadcast(socket.data.pollID).catch((error) => console.error('not broadcast:', error.message));
    return answer;
  }

  async broadcast(pollID) {
    this.io.to(pollID).emit('poll_updated', await this.service.getPoll(pollID));
  }
}
WebSocketGateway({ namespace: 'polls' })(PollsGateway);
Inject(PollsService)(PollsGateway, undefined, 0);
WebSocketServer()(PollsGateway.prototype, 'io');
for (const [name, event] of Object.entries({
  nominate: 'nominate',
  removeNomination: 'remove_nomination',
  removeParticipant: 'remove_participant',
  startVote: 'start_vote',
  submitRankings: 'submit_rankings',
  closePoll: 'close_poll',
  cancelPoll: 'cancel_poll',
})) {
  MessageBody()(PollsGateway.prototype, name, 0);
  ConnectedSocket()(PollsGateway.prototype, name, 1);
  decorateMethod(PollsGateway, name, SubscribeMessage(event));
}

Injectable()(PollsRepository);
Injectable()(PollsService);
Inject(PollsRepository)(PollsService, undefined, 0);

class AppModule {}
Module({ controllers: [PollsController], providers: [PollsRepository, PollsService, PollsGateway] })(AppModule);

// Lets nobody in without a token.
class TokenAdapter extends IoAdapter {
  createIOServer(port, options) {
    const server = super.createIOServer(port, options);
    server.of('polls').use((socket, next) => {
      const claims = verifyToken(socket.handshake.auth.token ?? socket.handshake.headers.token);
      if (!claims) return next(new Error('FORBIDDEN'));
      Object.assign(socket.data, claims);
      next();
    });
    return server;
  }
}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new TokenAdapter(app));
const port = Number(process.env.PORT ?? 3000);
await app.listen(port, '127.0.0.1');
console.log(`listening on ${port}`);
