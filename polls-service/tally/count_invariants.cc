#include "polls-service/tally/count_invariants.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace caucus::tally::testing {
namespace {

Votes OneVote(const Count& count) {
  Votes one = 1;
  for (uint32_t i = 0; i < count.decimals; ++i) one *= 10;
  return one;
}

Votes SumOf(const Inactive& inactive) {
  return inactive.exhausted_choices + inactive.overvotes + inactive.repeated_rankings +
         inactive.skipped_rankings + inactive.residual;
}

std::string CheckSums(const Count& count) {
  for (const Round& round : count.rounds) {
    Votes sum = SumOf(round.inactive);
    for (const auto& tally : round.tallies) {
      if (tally.value_or(0) < 0) return "a tally is negative";
      sum += tally.value_or(0);
    }
    if (sum != static_cast<Votes>(count.ballots) * OneVote(count)) return "votes got lost";
    if (round.inactive.residual < 0) return "more was moved than there was";
  }
  return "";
}

std::string CheckTransfers(const Round& round, const Round& next) {
  Votes lost = 0;
  std::vector<Votes> moved(round.tallies.size());
  std::set<CandidateIndex> from;
  for (const Transfer& transfer : round.transfers) {
    if (transfer.votes <= 0) return "a transfer of nothing";
    from.insert(transfer.from);
    if (transfer.to) {
      moved[*transfer.to] += transfer.votes;
    } else {
      lost += transfer.votes;
    }
  }
  const Votes residual = next.inactive.residual - round.inactive.residual;
  if (SumOf(next.inactive) - SumOf(round.inactive) != lost + residual) {
    return "transfers do not explain the inactive votes";
  }
  for (CandidateIndex i = 0; i < moved.size(); ++i) {
    const bool is_eliminated =
        std::find(round.eliminated.begin(), round.eliminated.end(), i) != round.eliminated.end();
    if (next.tallies[i].has_value() != (round.tallies[i].has_value() && !is_eliminated)) {
      return "somebody came back, or left unseen";
    }
    if (!next.tallies[i]) continue;
    const Votes gained = *next.tallies[i] - *round.tallies[i];
    if (from.contains(i) ? moved[i] != 0 || gained > 0 : gained != moved[i] && residual == 0) {
      return "transfers do not explain a tally";
    }
  }
  return "";
}

std::string CheckSeats(const Election& election, const Rules& rules, const Count& count) {
  std::set<CandidateIndex> elected;
  for (const Round& round : count.rounds) {
    for (const CandidateIndex i : round.elected) {
      if (!elected.insert(i).second) return "somebody was elected twice";
      if (election.candidates[i].withdrawn) return "somebody was elected who is withdrawn";
    }
  }
  if (elected.size() != rules.seats) return "the seats are not filled";
  for (const Standing& standing : count.standings) {
    if (standing.elected != elected.contains(standing.candidate)) {
      return "rounds and standings differ about who was elected";
    }
  }
  return "";
}

std::string CheckStandings(const Election& election, const Rules& rules, const Count& count) {
  std::set<CandidateIndex> seen;
  size_t place = 0;
  uint32_t rank = 0;
  for (const Standing& standing : count.standings) {
    ++place;
    if (!seen.insert(standing.candidate).second) return "somebody stands twice";
    if (election.candidates[standing.candidate].withdrawn) return "a withdrawn candidate stands";
    if (standing.rank != rank && standing.rank != place) return "a rank has a gap";
    rank = standing.rank;
    if (standing.elected != (place <= rules.seats)) return "the elected do not stand first";
  }
  size_t contenders = 0;
  for (const Candidate& candidate : election.candidates) contenders += candidate.withdrawn ? 0 : 1;
  return seen.size() == contenders ? "" : "somebody does not stand";
}

std::string CheckTies(const Count& count) {
  for (const Round& round : count.rounds) {
    for (const Tie& tie : round.ties) {
      const std::vector<CandidateIndex>& tied = tie.candidates;
      const auto is_tied = [&](CandidateIndex i) {
        return std::binary_search(tied.begin(), tied.end(), i);
      };
      if (tied.size() < 2) return "a tie of one";
      if (!std::is_sorted(tied.begin(), tied.end())) return "a tie is out of order";
      if (!is_tied(tie.chosen)) return "a tie chose somebody else";
      if (!std::all_of(tie.order.begin(), tie.order.end(), is_tied)) return "others were drawn";
      const bool is_drawn = tie.rule != Tie::Rule::kPreviousRound;
      if (is_drawn ? tie.order.empty() || tie.order.front() != tie.chosen
                   : !tie.order.empty() || tie.deciding_round == 0) {
        return "a tie does not tell how it was broken";
      }
    }
  }
  return "";
}

}  // namespace

std::string ViolatedInvariant(const Election& election, const Rules& rules, const Count& count) {
  if (count.rounds.empty()) return "no round";
  uint64_t ballots = 0;
  for (const Ballots& pile : election.ballots) ballots += pile.count;
  if (count.ballots != ballots || count.abstentions > ballots) return "ballots got lost";
  std::string violated = CheckSums(count);
  for (size_t i = 1; violated.empty() && i < count.rounds.size(); ++i) {
    violated = CheckTransfers(count.rounds[i - 1], count.rounds[i]);
  }
  if (violated.empty()) violated = CheckSeats(election, rules, count);
  if (violated.empty()) violated = CheckStandings(election, rules, count);
  if (violated.empty()) violated = CheckTies(count);
  return violated;
}

}  // namespace caucus::tally::testing
