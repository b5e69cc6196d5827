// What requests were answered, so that one that is repeated gets the same answer again.

#ifndef POLLS_SERVICE_DOMAIN_REQUEST_ANSWERS_H_
#define POLLS_SERVICE_DOMAIN_REQUEST_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "polls-service/domain/event.h"

namespace caucus::polls {

// A request by which a user asks for something once, however often it is sent.
struct RequestKey {
  std::string user_id;
  std::string request_id;    // Empty: the request is not remembered.
  uint64_t fingerprint = 0;  // Of the method and the fields: tells another request with this id.
};

// An answer that was given, and where the log has it.
struct RequestAnswer {
  RequestAnswered request;
  uint64_t revision = 0;
  uint64_t visible_revision = 0;

  friend bool operator==(const RequestAnswer&, const RequestAnswer&) = default;
};

// The latest answers of one poll: the fold of its RequestAnswered events.
//
// Thread-compatible.
class RequestAnswers {
 public:
  static constexpr size_t kAnswersMax = 100'000;

  // Forgets the oldest beyond kAnswersMax. An answer to a request that has one already is ignored.
  void Remember(RequestAnswer answer);

  // Null if there is none, or it is forgotten. Valid until the next Remember.
  const RequestAnswer* Find(const RequestKey& key) const;

  // The oldest first.
  const std::deque<RequestAnswer>& answers() const { return answers_; }

 private:
  static std::string Name(const std::string& user_id, const std::string& request_id);

  std::deque<RequestAnswer> answers_;
  uint64_t first_ = 0;  // The number of answers_'s first.
  absl::flat_hash_map<std::string, uint64_t> numbers_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_REQUEST_ANSWERS_H_
