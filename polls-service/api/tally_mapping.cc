#include "polls-service/api/tally_mapping.h"

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "polls-service/api/proto_mapping.h"
#include "polls-service/tally/count.h"

namespace caucus::polls {
namespace {

using Ids = google::protobuf::RepeatedPtrField<std::string>;

v1::Tally::Question ToProto(tally::Tie::Question question) {
  switch (question) {
    case tally::Tie::Question::kElimination:
      return v1::Tally::QUESTION_ELIMINATION;
    case tally::Tie::Question::kElection:
      return v1::Tally::QUESTION_ELECTION;
    case tally::Tie::Question::kSurplus:
      return v1::Tally::QUESTION_SURPLUS;
    case tally::Tie::Question::kOrder:
      return v1::Tally::QUESTION_ORDER;
  }
  return v1::Tally::QUESTION_UNSPECIFIED;
}

class TallyMapper {
 public:
  explicit TallyMapper(const Poll& poll) : poll_(poll), count_(poll.count) {
    for (const auto& [place, nomination_id] : poll.nomination_order) ids_.push_back(nomination_id);
  }

  v1::Tally Map() const {
    v1::Tally proto;
    *proto.mutable_rules() = polls::ToProto(poll_.rules);
    proto.set_ballots(static_cast<uint32_t>(count_.ballots));
    for (const tally::Round& round : count_.rounds) {
      v1::Tally::Round& added = *proto.add_rounds();
      added.set_number(static_cast<uint32_t>(proto.rounds_size()));
      MapRound(round, added);
    }
    MapPairwise(proto);
    MapStandings(proto);
    proto.set_tie_break_seed(poll_.tie_break_seed);
    return proto;
  }

 private:
  // Units of 10^-decimals as a decimal number, without trailing zeros.
  std::string Decimal(tally::Votes votes) const {
    std::string digits = absl::StrCat(std::abs(votes));
    const size_t decimals = count_.decimals;
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    std::string text = digits.substr(0, digits.size() - decimals);
    std::string fraction = digits.substr(digits.size() - decimals);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    if (!fraction.empty()) absl::StrAppend(&text, ".", fraction);
    return votes < 0 ? "-" + text : text;
  }

  void AddIds(const std::vector<tally::CandidateIndex>& candidates, Ids& ids) const {
    for (const tally::CandidateIndex candidate : candidates) *ids.Add() = ids_.at(candidate);
  }

  void MapRound(const tally::Round& round, v1::Tally::Round& proto) const {
    proto.set_threshold(Decimal(round.threshold));
    for (size_t i = 0; i < round.tallies.size(); ++i) {
      if (!round.tallies[i]) continue;
      v1::Tally::Entry& entry = *proto.add_tallies();
      entry.set_nomination_id(ids_.at(i));
      entry.set_votes(Decimal(*round.tallies[i]));
    }
    MapInactive(round.inactive, *proto.mutable_inactive());
    AddIds(round.elected, *proto.mutable_elected_ids());
    AddIds(round.eliminated, *proto.mutable_eliminated_ids());
    for (const tally::Transfer& transfer : round.transfers) {
      v1::Tally::Transfer& added = *proto.add_transfers();
      added.set_from_id(ids_.at(transfer.from));
      if (transfer.to) added.set_to_id(ids_.at(*transfer.to));
      added.set_votes(Decimal(transfer.votes));
    }
    for (const tally::Tie& tie : round.ties) MapTie(tie, *proto.add_ties());
  }

  void MapInactive(const tally::Inactive& inactive, v1::Tally::Inactive& proto) const {
    proto.set_exhausted_choices(Decimal(inactive.exhausted_choices));
    proto.set_overvotes(Decimal(inactive.overvotes));
    proto.set_repeated_rankings(Decimal(inactive.repeated_rankings));
    proto.set_skipped_rankings(Decimal(inactive.skipped_rankings));
    proto.set_residual(Decimal(inactive.residual));
  }

  void MapTie(const tally::Tie& tie, v1::Tally::Tie& proto) const {
    proto.set_question(ToProto(tie.question));
    AddIds(tie.candidates, *proto.mutable_nomination_ids());
    const bool is_previous = tie.rule == tally::Tie::Rule::kPreviousRound;
    proto.set_rule(is_previous ? v1::Tally::TIE_RULE_PREVIOUS_ROUND : v1::Tally::TIE_RULE_DRAW);
    proto.set_deciding_round(tie.deciding_round);
    proto.set_chosen_id(ids_.at(tie.chosen));
    AddIds(tie.order, *proto.mutable_draw_ids());
  }

  void MapPairwise(v1::Tally& proto) const {
    for (size_t row = 0; row < count_.pairwise.size(); ++row) {
      v1::Tally::PairwiseRow& added = *proto.add_pairwise();
      added.set_nomination_id(ids_.at(row));
      for (const uint64_t ballots : count_.pairwise[row]) {
        added.add_preferred(static_cast<uint32_t>(ballots));
      }
    }
  }

  void MapStandings(v1::Tally& proto) const {
    for (const tally::Standing& standing : count_.standings) {
      v1::Poll::Result& added = *proto.add_standings();
      const std::string& id = ids_.at(standing.candidate);
      added.set_nomination_id(id);
      added.set_nomination_text(poll_.nominations.at(id).text);
      added.set_score(static_cast<double>(standing.score) /
                      static_cast<double>(standing.score_denominator));
      added.set_rank(standing.rank);
      added.set_elected(standing.elected);
    }
  }

  const Poll& poll_;
  const tally::Count& count_;
  std::vector<std::string> ids_;  // By candidate.
};

}  // namespace

v1::Tally ToTallyProto(const Poll& poll) { return TallyMapper(poll).Map(); }

}  // namespace caucus::polls
