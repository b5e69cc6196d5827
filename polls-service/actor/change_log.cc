#include "polls-service/actor/change_log.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

namespace caucus::polls {
namespace {

// Watchers at more places than so many cost a list each.
constexpr size_t kAskedMax = 64;

class Translator {
 public:
  explicit Translator(const Poll& poll) : poll_(poll) {}

  std::optional<PollChange> operator()(const ParticipantJoined& event) const { return event; }
  std::optional<PollChange> operator()(const ParticipantLeft& event) const { return event; }
  std::optional<PollChange> operator()(const ParticipantRemoved& event) const { return event; }
  std::optional<PollChange> operator()(const NominationAdded& event) const { return event; }
  std::optional<PollChange> operator()(const NominationRemoved& event) const { return event; }
  std::optional<PollChange> operator()(const VotingStarted& event) const { return event; }
  std::optional<PollChange> operator()(const BallotCast& event) const {
    return Voted{event.user_id};
  }
  std::optional<PollChange> operator()(const PollClosed& event) const {
    return ResultsKnown{std::make_shared<const std::vector<Result>>(event.results),
                        poll_.tie_break_seed};
  }

  std::optional<PollChange> operator()(const PollCreated&) const { return std::nullopt; }
  std::optional<PollChange> operator()(const ConnectionOpened&) const { return std::nullopt; }
  std::optional<PollChange> operator()(const ConnectionClosed&) const { return std::nullopt; }
  std::optional<PollChange> operator()(const BanLifted&) const { return std::nullopt; }
  std::optional<PollChange> operator()(const PollCancelled&) const { return std::nullopt; }
  std::optional<PollChange> operator()(const RequestAnswered&) const { return std::nullopt; }

 private:
  const Poll& poll_;
};

class Sizer {
 public:
  size_t operator()(const ParticipantJoined& change) const {
    return change.user_id.size() + change.name.size();
  }
  size_t operator()(const ParticipantLeft& change) const { return change.user_id.size(); }
  size_t operator()(const ParticipantRemoved& change) const { return change.user_id.size(); }
  size_t operator()(const NominationAdded& change) const {
    return change.nomination_id.size() + change.user_id.size() + change.text.size();
  }
  size_t operator()(const NominationRemoved& change) const { return change.nomination_id.size(); }
  size_t operator()(const VotingStarted& change) const { return change.tie_break_seed.size(); }
  size_t operator()(const Voted& change) const { return change.user_id.size(); }
  size_t operator()(const ResultsKnown& change) const {
    size_t size = change.tie_break_seed.size();
    for (const Result& result : *change.results) {
      size += sizeof(result) + result.nomination_id.size() + result.nomination_text.size();
    }
    return size;
  }
};

size_t SizeOf(const PollChange& change) { return sizeof(change) + std::visit(Sizer(), change); }

}  // namespace

void ChangeLog::Reset(uint64_t revision) {
  known_after_ = revision;
  revision_ = revision;
  bytes_ = 0;
  entries_.clear();
  asked_.clear();
}

void ChangeLog::Append(const std::vector<Event>& events, const Poll& poll) {
  asked_.clear();
  ++revision_;
  for (const Event& event : events) {
    std::optional<PollChange> change = std::visit(Translator(poll), event);
    if (!change) continue;
    bytes_ += SizeOf(*change);
    entries_.push_back({revision_, *std::move(change)});
  }
  while (IsOver(entries_.size(), bytes_)) {
    // All of a revision or nothing.
    known_after_ = entries_.front().revision;
    while (!entries_.empty() && entries_.front().revision == known_after_) {
      bytes_ -= SizeOf(entries_.front().change);
      entries_.pop_front();
    }
  }
}

bool ChangeLog::Prepend(uint64_t after,
                        const std::vector<std::pair<uint64_t, std::vector<Event>>>& commits,
                        const Poll& poll) {
  std::vector<Entry> older;
  size_t bytes = bytes_;
  for (const auto& [revision, events] : commits) {
    for (const Event& event : events) {
      std::optional<PollChange> change = std::visit(Translator(poll), event);
      if (!change) continue;
      bytes += SizeOf(*change);
      older.push_back({revision, *std::move(change)});
    }
  }
  if (IsOver(entries_.size() + older.size(), bytes)) return false;
  entries_.insert(entries_.begin(), std::make_move_iterator(older.begin()),
                  std::make_move_iterator(older.end()));
  bytes_ = bytes;
  known_after_ = after;
  return true;
}

std::shared_ptr<const PollChanges> ChangeLog::Since(uint64_t after) {
  if (after < known_after_ || after > revision_) return nullptr;
  if (const auto found = asked_.find(after); found != asked_.end()) return found->second;
  auto changes = std::make_shared<PollChanges>();
  changes->previous_revision = after;
  changes->revision = revision_;
  const auto first =
      std::upper_bound(entries_.begin(), entries_.end(), after,
                       [](uint64_t bound, const Entry& entry) { return bound < entry.revision; });
  changes->changes.reserve(static_cast<size_t>(entries_.end() - first));
  for (auto entry = first; entry != entries_.end(); ++entry) {
    changes->changes.push_back(entry->change);
  }
  if (asked_.size() < kAskedMax) asked_.emplace(after, changes);
  return changes;
}

bool ChangeLog::IsOver(size_t changes, size_t bytes) const {
  return changes > limits_.changes_max || bytes > limits_.bytes_max;
}

}  // namespace caucus::polls
