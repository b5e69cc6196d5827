// A poll as docs/polls-api.md tells of it, for tests: made without the code of the domain, so that
// both can be compared after any command.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_DOMAIN_POLL_MODEL_H_
#define POLLS_SERVICE_DOMAIN_POLL_MODEL_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "polls-service/domain/command.h"
#include "polls-service/domain/decide.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// A text of an option as it is entered, as it is kept, and a name for all that read the same.
// `meaning` is empty if the text is refused.
struct ModelText {
  std::string entered;
  std::string kept;
  std::string meaning;
};

// The texts that the model knows.
const std::vector<ModelText>& ModelTexts();

// What a command comes to: the reason of the error, or the field that is wrong, or nothing, and
// whether the log and what people see grow.
struct Prediction {
  std::string reason;
  bool changes = false;
  bool changes_visibly = false;
};

class PollModel {
 public:
  struct Person {
    std::string name;
    std::vector<std::pair<std::string, std::string>> connections;  // With the edge, oldest first.

    friend bool operator==(const Person&, const Person&) = default;
  };

  struct Option {
    std::string id;
    std::string user_id;
    std::string text;
    std::string meaning;
  };

  explicit PollModel(Limits limits) : limits_(limits) {}

  // Says what comes of `command`, and carries it out.
  Prediction Do(const Command& command);

  void Expire() { is_expired_ = true; }

  bool exists() const { return exists_; }
  Phase phase() const { return phase_; }
  uint64_t revision() const { return revision_; }
  uint64_t visible_revision() const { return visible_revision_; }
  uint32_t votes_per_voter() const { return created_.votes_per_voter; }
  const CountingRules& rules() const { return created_.rules; }
  const std::map<std::string, Person>& people() const { return people_; }
  const std::vector<Option>& options() const { return options_; }
  const std::map<std::string, Ballot>& ballots() const { return ballots_; }
  const std::set<std::string>& banned() const { return banned_; }

 private:
  struct Visitor;

  const Limits limits_;
  bool exists_ = false;
  bool is_expired_ = false;
  Phase phase_ = Phase::kNominating;
  uint64_t revision_ = 0;
  uint64_t visible_revision_ = 0;
  CreatePoll created_;
  std::map<std::string, Person> people_;
  std::vector<Option> options_;  // The oldest first.
  std::map<std::string, Ballot> ballots_;
  std::set<std::string> banned_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_POLL_MODEL_H_
