#include "polls-service/domain/request_answers.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace caucus::polls {

void RequestAnswers::Remember(RequestAnswer answer) {
  std::string name = Name(answer.request.user_id, answer.request.request_id);
  if (!numbers_.try_emplace(std::move(name), first_ + answers_.size()).second) return;
  answers_.push_back(std::move(answer));
  if (answers_.size() <= kAnswersMax) return;
  const RequestAnswered& oldest = answers_.front().request;
  numbers_.erase(Name(oldest.user_id, oldest.request_id));
  answers_.pop_front();
  ++first_;
}

const RequestAnswer* RequestAnswers::Find(const RequestKey& key) const {
  const auto found = numbers_.find(Name(key.user_id, key.request_id));
  return found == numbers_.end() ? nullptr : &answers_[found->second - first_];
}

// The length keeps two names apart that would read the same.
std::string RequestAnswers::Name(const std::string& user_id, const std::string& request_id) {
  return absl::StrCat(user_id.size(), ":", user_id, request_id);
}

}  // namespace caucus::polls
