#include "polls-service/tally/ballot_piles.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"

namespace caucus::tally {
namespace {

using Exhaustion = BallotPiles::Exhaustion;

// What is left of a ballot once the rules that do not depend on who continues are applied.
struct Reading {
  std::vector<int32_t> choices;
  Exhaustion exhaustion = Exhaustion::kNoChoiceLeft;
  bool is_abstention = true;
};

using PileKey = std::pair<std::vector<int32_t>, Exhaustion>;

// So that a reading finds its pile without being copied.
struct PileHash {
  using is_transparent = void;
  size_t operator()(const PileKey& key) const { return absl::HashOf(key.first, key.second); }
  size_t operator()(const Reading& reading) const {
    return absl::HashOf(reading.choices, reading.exhaustion);
  }
};

struct PileEqual {
  using is_transparent = void;
  bool operator()(const PileKey& a, const PileKey& b) const { return a == b; }
  bool operator()(const PileKey& key, const Reading& reading) const {
    return key.first == reading.choices && key.second == reading.exhaustion;
  }
};

class BallotReader {
 public:
  BallotReader(const Election& election, const Rules& rules, BallotPiles::Depth depth)
      : election_(election), rules_(rules), depth_(depth), last_seen_(election.candidates.size()) {}

  void Read(const std::vector<Rank>& ranks, Reading& reading) {
    reading.choices.clear();
    reading.exhaustion = Exhaustion::kNoChoiceLeft;
    reading.is_abstention = true;
    ++ballot_;
    uint32_t skipped = 0;
    size_t end = ranks.size();
    if (rules_.ranks_max > 0) end = std::min<size_t>(end, rules_.ranks_max);
    for (size_t i = 0; i < end; ++i) {
      const Rank& rank = ranks[i];
      if (rank.candidates.empty() && !rank.is_overvote) {
        ++skipped;
        continue;
      }
      FindContenders(rank);
      if (!contenders_.empty() || rank.is_overvote) reading.is_abstention = false;
      if (rules_.skipped_ranks_max && skipped > *rules_.skipped_ranks_max) {
        return Exhaust(reading, Exhaustion::kSkippedRankings);
      }
      skipped = 0;
      if (!ReadRank(rank, reading)) return;
      if (depth_ == BallotPiles::Depth::kFirstChoice && !reading.choices.empty()) return;
    }
  }

 private:
  // Puts those of `rank` who are not withdrawn into contenders_.
  void FindContenders(const Rank& rank) {
    contenders_.clear();
    for (const CandidateIndex candidate : rank.candidates) {
      if (!election_.candidates[candidate].withdrawn) contenders_.push_back(candidate);
    }
    if (contenders_.size() > 1) std::sort(contenders_.begin(), contenders_.end());
  }

  // Returns whether the ballot is read on.
  bool ReadRank(const Rank& rank, Reading& reading) {
    bool repeated = false;
    for (const CandidateIndex candidate : contenders_) {
      repeated = repeated || last_seen_[candidate] == ballot_;
    }
    const bool is_unknown = rank.is_overvote && rank.candidates.size() < 2;
    if (repeated && rules_.duplicates == DuplicateRule::kExhaust) {
      Exhaust(reading, Exhaustion::kRepeatedRanking);
      return false;
    }
    if (!is_unknown && contenders_.size() == 1) {
      if (!repeated) reading.choices.push_back(static_cast<int32_t>(contenders_.front()));
      last_seen_[contenders_.front()] = ballot_;
      return true;
    }
    if (!is_unknown && contenders_.empty()) return true;
    return ReadOvervote(is_unknown, reading);
  }

  bool ReadOvervote(bool is_unknown, Reading& reading) {
    if (rules_.duplicates == DuplicateRule::kExhaust) {
      for (const CandidateIndex candidate : contenders_) last_seen_[candidate] = ballot_;
    }
    if (rules_.overvotes == OvervoteRule::kSkipToNextRank) return true;
    if (rules_.overvotes == OvervoteRule::kExhaust || is_unknown) {
      Exhaust(reading, Exhaustion::kOvervote);
      return false;
    }
    reading.choices.push_back(-static_cast<int32_t>(contenders_.size()));
    reading.choices.insert(reading.choices.end(), contenders_.begin(), contenders_.end());
    return true;
  }

  static void Exhaust(Reading& reading, Exhaustion exhaustion) { reading.exhaustion = exhaustion; }

  const Election& election_;
  const Rules& rules_;
  const BallotPiles::Depth depth_;
  // The number of the ballot on which a candidate was seen last.
  std::vector<uint64_t> last_seen_;
  uint64_t ballot_ = 0;
  std::vector<CandidateIndex> contenders_;
};

}  // namespace

BallotPiles::BallotPiles(const Election& election, const Rules& rules, Depth depth) {
  BallotReader reader(election, rules, depth);
  Reading reading;
  absl::flat_hash_map<PileKey, uint32_t, PileHash, PileEqual> pile_of;
  for (const Ballots& ballots : election.ballots) {
    reader.Read(ballots.ranks, reading);
    ballots_ += ballots.count;
    if (reading.is_abstention) abstentions_ += ballots.count;
    auto pile = pile_of.find(reading);
    if (pile == pile_of.end()) {
      pile = pile_of.emplace(PileKey{reading.choices, reading.exhaustion}, size()).first;
      const uint32_t begin = static_cast<uint32_t>(choices_.size());
      choices_.insert(choices_.end(), reading.choices.begin(), reading.choices.end());
      piles_.push_back(
          {begin, static_cast<uint32_t>(choices_.size()), reading.exhaustion, /*count=*/0});
    }
    piles_[pile->second].count += ballots.count;
  }
}

BallotPiles::Recipient BallotPiles::Next(Bookmark& bookmark,
                                         const std::vector<bool>& continuing) const {
  const Pile& pile = piles_[bookmark.pile];
  while (bookmark.at < pile.end) {
    const int32_t choice = choices_[bookmark.at];
    if (choice >= 0) {
      const CandidateIndex candidate = static_cast<CandidateIndex>(choice);
      if (continuing[candidate]) return {.candidate = candidate};
      ++bookmark.at;
      continue;
    }
    Recipient recipient;
    for (int32_t i = 1; i <= -choice; ++i) {
      const CandidateIndex candidate = static_cast<CandidateIndex>(choices_[bookmark.at + i]);
      if (!continuing[candidate]) continue;
      if (recipient.candidate) return {.candidate = {}, .exhaustion = Exhaustion::kOvervote};
      recipient.candidate = candidate;
    }
    if (recipient.candidate) return recipient;
    bookmark.at += static_cast<uint32_t>(1 - choice);
  }
  return {.candidate = {}, .exhaustion = pile.exhaustion};
}

}  // namespace caucus::tally
