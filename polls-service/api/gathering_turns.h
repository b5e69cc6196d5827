// Turns of the actors whose answers leave together.

#ifndef POLLS_SERVICE_API_GATHERING_TURNS_H_
#define POLLS_SERVICE_API_GATHERING_TURNS_H_

#include "common/grpc/call_queue.h"
#include "polls-service/actor/task_pool.h"

namespace caucus::polls {

// Returns what PollActors::Options::run_turn is to be for services that answer calls of `queue`,
// which must outlive the actors: one wake-up of the queue's thread for all that a turn answers.
inline TaskPool::Runner GatheringTurns(CallQueue& queue) {
  return [&queue](const TaskPool::Task& turn) {
    const CallQueue::Gathering gathering(queue);
    turn();
  };
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_GATHERING_TURNS_H_
