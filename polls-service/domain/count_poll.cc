#include "polls-service/domain/count_poll.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/status/status_macros.h"
#include "polls-service/tally/count_election.h"
#include "polls-service/tally/tie_break.h"

namespace caucus::polls {
namespace {

using Indexes = absl::flat_hash_map<std::string, tally::CandidateIndex>;

std::vector<std::vector<tally::CandidateIndex>> SortedBallots(const Poll& poll,
                                                              const Indexes& indexes) {
  std::vector<std::vector<tally::CandidateIndex>> ballots;
  ballots.reserve(poll.ballots.size());
  for (const auto& [user_id, ballot] : poll.ballots) {
    std::vector<tally::CandidateIndex>& sorted = ballots.emplace_back();
    for (const std::string& nomination_id : ballot) sorted.push_back(indexes.at(nomination_id));
  }
  std::sort(ballots.begin(), ballots.end());
  return ballots;
}

// The ballots are drawn as candidates would be.
std::vector<tally::CandidateIndex> Shuffle(size_t size, std::string_view seed) {
  std::vector<tally::Candidate> places(size);
  for (size_t i = 0; i < size; ++i) places[i].id = std::to_string(i);
  return tally::Draw(places, seed);
}

}  // namespace

tally::Election ElectionOf(const Poll& poll) {
  tally::Election election;
  election.title = poll.topic;
  Indexes indexes;
  for (const auto& [place, nomination_id] : poll.nomination_order) {
    indexes.emplace(nomination_id, static_cast<tally::CandidateIndex>(indexes.size()));
    election.candidates.push_back({.id = poll.nominations.at(nomination_id).text,
                                   .name = poll.nominations.at(nomination_id).text});
  }
  const auto sorted = SortedBallots(poll, indexes);
  election.ballots.reserve(sorted.size());
  for (const tally::CandidateIndex place : Shuffle(sorted.size(), poll.tie_break_seed)) {
    tally::Ballots& ballot = election.ballots.emplace_back();
    for (const tally::CandidateIndex candidate : sorted[place]) {
      ballot.ranks.push_back({.candidates = {candidate}});
    }
  }
  return election;
}

tally::Rules RulesOf(const Poll& poll) {
  tally::Rules rules;
  rules.method = poll.rules.method;
  rules.seats = poll.rules.seats;
  // Polls of earlier versions may state Hare's quota with a method that does not know it.
  if (rules.method == tally::Method::kStvWigm) rules.quota = poll.rules.quota;
  rules.ranks_max = poll.votes_per_voter;
  rules.tie_break_seed = poll.tie_break_seed;
  return rules;
}

absl::StatusOr<PollClosed> CountPoll(const Poll& poll) {
  const tally::Election election = ElectionOf(poll);
  PollClosed closed;
  if (election.ballots.empty()) return closed;
  ASSIGN_OR_RETURN(closed.count, tally::CountElection(election, RulesOf(poll)));
  std::vector<std::string_view> nomination_ids;
  for (const auto& [place, nomination_id] : poll.nomination_order) {
    nomination_ids.push_back(nomination_id);
  }
  const bool is_weighted = poll.rules.method == tally::Method::kWeighted;
  for (const tally::Standing& standing : closed.count.standings) {
    if (is_weighted && standing.score == 0 && !standing.elected) continue;
    closed.results.push_back({.nomination_id = std::string(nomination_ids[standing.candidate]),
                              .nomination_text = election.candidates[standing.candidate].name,
                              .score = static_cast<double>(standing.score) /
                                       static_cast<double>(standing.score_denominator),
                              .rank = standing.rank,
                              .elected = standing.elected});
  }
  return closed;
}

}  // namespace caucus::polls
