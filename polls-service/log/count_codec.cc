#include "polls-service/log/count_codec.h"

#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"

namespace caucus::polls {
namespace {

constexpr tally::Votes kNotInTheCount = -1;

void EncodeTie(const tally::Tie& tie, log::v1::Count::Tie& proto) {
  proto.set_question(static_cast<uint32_t>(tie.question));
  proto.mutable_candidates()->Assign(tie.candidates.begin(), tie.candidates.end());
  proto.set_rule(static_cast<uint32_t>(tie.rule));
  proto.set_deciding_round(tie.deciding_round);
  proto.set_chosen(tie.chosen);
  proto.mutable_order()->Assign(tie.order.begin(), tie.order.end());
}

tally::Tie DecodeTie(const log::v1::Count::Tie& proto) {
  return {.question = static_cast<tally::Tie::Question>(proto.question()),
          .candidates = {proto.candidates().begin(), proto.candidates().end()},
          .rule = static_cast<tally::Tie::Rule>(proto.rule()),
          .deciding_round = proto.deciding_round(),
          .chosen = proto.chosen(),
          .order = {proto.order().begin(), proto.order().end()}};
}

void EncodeInactive(const tally::Inactive& inactive, log::v1::Count::Inactive& proto) {
  for (const tally::Votes votes :
       {inactive.exhausted_choices, inactive.overvotes, inactive.repeated_rankings,
        inactive.skipped_rankings, inactive.residual}) {
    proto.add_votes(votes);
  }
}

tally::Inactive DecodeInactive(const log::v1::Count::Inactive& proto) {
  const auto votes = [&](int i) { return i < proto.votes_size() ? proto.votes(i) : 0; };
  return {.exhausted_choices = votes(0),
          .overvotes = votes(1),
          .repeated_rankings = votes(2),
          .skipped_rankings = votes(3),
          .residual = votes(4)};
}

void EncodeRound(const tally::Round& round, log::v1::Count::Round& proto) {
  proto.set_threshold(round.threshold);
  for (const auto& votes : round.tallies) proto.add_tallies(votes.value_or(kNotInTheCount));
  EncodeInactive(round.inactive, *proto.mutable_inactive());
  proto.mutable_elected()->Assign(round.elected.begin(), round.elected.end());
  proto.mutable_eliminated()->Assign(round.eliminated.begin(), round.eliminated.end());
  for (const tally::Transfer& transfer : round.transfers) {
    auto& added = *proto.add_transfers();
    added.set_from(transfer.from);
    if (transfer.to) added.set_to_plus_one(*transfer.to + 1);
    added.set_votes(transfer.votes);
  }
  for (const tally::Tie& tie : round.ties) EncodeTie(tie, *proto.add_ties());
}

tally::Round DecodeRound(const log::v1::Count::Round& proto) {
  tally::Round round;
  round.threshold = proto.threshold();
  for (const tally::Votes votes : proto.tallies()) {
    auto& tally = round.tallies.emplace_back();
    if (votes != kNotInTheCount) tally = votes;
  }
  round.inactive = DecodeInactive(proto.inactive());
  round.elected.assign(proto.elected().begin(), proto.elected().end());
  round.eliminated.assign(proto.eliminated().begin(), proto.eliminated().end());
  for (const auto& transfer : proto.transfers()) {
    tally::Transfer& added = round.transfers.emplace_back(tally::Transfer{.from = transfer.from()});
    if (transfer.to_plus_one() > 0) added.to = transfer.to_plus_one() - 1;
    added.votes = transfer.votes();
  }
  for (const auto& tie : proto.ties()) round.ties.push_back(DecodeTie(tie));
  return round;
}

}  // namespace

void EncodeCount(const tally::Count& count, log::v1::Count& proto) {
  proto.set_ballots(count.ballots);
  proto.set_abstentions(count.abstentions);
  proto.set_decimals(count.decimals);
  for (const tally::Round& round : count.rounds) EncodeRound(round, *proto.add_rounds());
  for (const auto& row : count.pairwise) {
    for (const uint64_t ballots : row) proto.add_pairwise(ballots);
  }
  for (const tally::Standing& standing : count.standings) {
    auto& added = *proto.add_standings();
    added.set_candidate(standing.candidate);
    added.set_rank(standing.rank);
    added.set_elected(standing.elected);
    added.set_score(standing.score);
    added.set_score_denominator(standing.score_denominator);
  }
}

absl::StatusOr<tally::Count> DecodeCount(const log::v1::Count& proto) {
  tally::Count count;
  count.ballots = proto.ballots();
  count.abstentions = proto.abstentions();
  count.decimals = proto.decimals();
  for (const auto& round : proto.rounds()) count.rounds.push_back(DecodeRound(round));
  const auto cells = static_cast<size_t>(proto.pairwise_size());
  const auto size = static_cast<size_t>(std::lround(std::sqrt(static_cast<double>(cells))));
  if (size * size != cells) return absl::DataLossError("a count's pairwise matrix is no square");
  for (size_t row = 0; row < size; ++row) {
    const auto begin = proto.pairwise().begin() + static_cast<ptrdiff_t>(row * size);
    count.pairwise.emplace_back(begin, begin + static_cast<ptrdiff_t>(size));
  }
  for (const auto& standing : proto.standings()) {
    count.standings.push_back({.candidate = standing.candidate(),
                               .rank = standing.rank(),
                               .elected = standing.elected(),
                               .score = standing.score(),
                               .score_denominator = standing.score_denominator()});
  }
  return count;
}

}  // namespace caucus::polls
