#include "polls-service/domain/poll_model.h"

#include <algorithm>
#include <cstddef>
#include <variant>

namespace caucus::polls {
namespace {

const Prediction kNothing = {};
const Prediction kUnseen = {.reason = "", .changes = true, .changes_visibly = false};
const Prediction kSeen = {.reason = "", .changes = true, .changes_visibly = true};

Prediction Refused(std::string reason) { return {.reason = std::move(reason)}; }

}  // namespace

const std::vector<ModelText>& ModelTexts() {
  static const auto* const kTexts = new std::vector<ModelText>{
      {"Pizza", "Pizza", "pizza"},
      {" pizza\t", "pizza", "pizza"},
      {"PIZZA", "PIZZA", "pizza"},
      {"Straße", "Straße", "strasse"},
      {"STRASSE", "STRASSE", "strasse"},
      {"Café", "Café", "café"},
      {"Cafe\u0301", "Cafe\u0301", "café"},
      {"Fish and chips", "Fish and chips", "fish and chips"},
      {"fish  and\u00a0CHIPS", "fish  and\u00a0CHIPS", "fish and chips"},
      {"Soup", "Soup", "soup"},
      {"Sushi", "Sushi", "sushi"},
      {"Tacos", "Tacos", "tacos"},
      {"Ramen", "Ramen", "ramen"},
      {"Curry", "Curry", "curry"},
      {std::string(100, 'x'), std::string(100, 'x'), "long"},
      {std::string(101, 'x'), "", ""},
      {" \u200b ", "", ""},
  };
  return *kTexts;
}

struct PollModel::Visitor {
  PollModel& model;

  // Why the caller may do nothing here, or nothing that is the admin's; or "".
  std::string Stranger(const std::string& caller) const {
    const bool is_gone = model.phase_ == Phase::kCancelled || model.is_expired_;
    if (!model.exists_ || is_gone) return "POLL_NOT_FOUND";
    return model.banned_.count(caller) == 0 ? "" : "REMOVED_FROM_POLL";
  }
  std::string NoAdmin(const std::string& caller) const {
    std::string reason = Stranger(caller);
    if (reason.empty() && caller != model.created_.admin_id) reason = "ADMIN_REQUIRED";
    return reason;
  }
  // `reason`, or else that the poll is in another phase.
  std::string Or(std::string reason, Phase needed) const {
    return reason.empty() && model.phase_ != needed ? "WRONG_STATE" : reason;
  }

  auto FindOption(const std::string& id) const {
    return std::find_if(model.options_.begin(), model.options_.end(),
                        [&](const Option& option) { return option.id == id; });
  }

  // Whether somebody whose last connection has ended is gone.
  bool Leaves(const std::string& user_id) const {
    return model.phase_ == Phase::kNominating && user_id != model.created_.admin_id;
  }

  Prediction operator()(const CreatePoll& command) const {
    if (model.exists_) return Refused("ID_TAKEN");
    const auto is_within = [](uint32_t number, uint32_t max) {
      return number >= 1 && number <= max;
    };
    if (!is_within(command.votes_per_voter, 5)) return Refused("votesPerVoter");
    if (!is_within(command.rules.seats, 100)) return Refused("rules.seats");
    if (command.topic.empty()) return Refused("topic");
    model.exists_ = true;
    model.created_ = command;
    return kSeen;
  }

  Prediction operator()(const AddParticipant& command) const {
    if (std::string reason = Stranger(command.user_id); !reason.empty()) return Refused(reason);
    if (model.phase_ == Phase::kClosed) return kNothing;
    const auto found = model.people_.find(command.user_id);
    if (found == model.people_.end()) {
      if (model.people_.size() == model.limits_.participants_max) return Refused("LIMIT_REACHED");
      model.people_[command.user_id] = {command.name, {{command.connection_id, command.edge_id}}};
      return kSeen;
    }
    auto& connections = found->second.connections;
    for (const auto& [id, edge] : connections) {
      if (id == command.connection_id) return kNothing;
    }
    if (command.connection_id.empty() && !connections.empty()) return kNothing;
    const bool stands_in = connections.size() == 1 && connections.front().first.empty();
    if (stands_in || connections.size() == model.limits_.connections_per_participant_max) {
      connections.erase(connections.begin());
    }
    connections.emplace_back(command.connection_id, command.edge_id);
    return kUnseen;
  }

  Prediction operator()(const LeavePoll& command) const {
    if (const std::string reason = Stranger(""); !reason.empty()) return Refused(reason);
    const auto found = model.people_.find(command.user_id);
    if (model.phase_ == Phase::kClosed || found == model.people_.end()) return kNothing;
    auto& connections = found->second.connections;
    const size_t ended = std::erase_if(
        connections, [&](const auto& each) { return each.first == command.connection_id; });
    if (ended == 0) return kNothing;
    if (!connections.empty() || !Leaves(command.user_id)) return kUnseen;
    model.people_.erase(found);
    return kSeen;
  }

  Prediction operator()(const CloseConnections& command) const {
    if (const std::string reason = Stranger(""); !reason.empty()) return Refused(reason);
    if (model.phase_ == Phase::kClosed) return kNothing;
    Prediction prediction;
    const std::set<std::string> gone(command.edge_ids.begin(), command.edge_ids.end());
    for (auto person = model.people_.begin(); person != model.people_.end();) {
      auto& connections = person->second.connections;
      const size_t ended = std::erase_if(
          connections, [&](const auto& each) { return gone.count(each.second) != 0; });
      const bool leaves = ended != 0 && connections.empty() && Leaves(person->first);
      prediction.changes |= ended != 0;
      prediction.changes_visibly |= leaves;
      person = leaves ? model.people_.erase(person) : std::next(person);
    }
    return prediction;
  }

  Prediction operator()(const RemoveParticipant& command) const {
    const std::string reason = Or(NoAdmin(command.caller), Phase::kNominating);
    if (!reason.empty()) return Refused(reason);
    if (command.user_id == model.created_.admin_id) return Refused("ADMIN_NOT_REMOVABLE");
    if (model.people_.count(command.user_id) == 0) return Refused("PARTICIPANT_NOT_FOUND");
    if (model.banned_.size() == model.limits_.removed_users_max) return Refused("LIMIT_REACHED");
    model.people_.erase(command.user_id);
    model.banned_.insert(command.user_id);
    return kSeen;
  }

  Prediction operator()(const LiftBan& command) const {
    const std::string reason = Or(NoAdmin(command.caller), Phase::kNominating);
    if (!reason.empty()) return Refused(reason);
    return model.banned_.erase(command.user_id) == 0 ? Refused("PARTICIPANT_NOT_FOUND") : kUnseen;
  }

  Prediction operator()(const AddNomination& command) const {
    const std::string reason = Or(Stranger(command.caller), Phase::kNominating);
    if (!reason.empty()) return Refused(reason);
    if (model.people_.count(command.caller) == 0) return Refused("NOT_A_PARTICIPANT");
    const ModelText& text =
        *std::find_if(ModelTexts().begin(), ModelTexts().end(),
                      [&](const ModelText& each) { return each.entered == command.text; });
    if (text.meaning.empty()) return Refused("text");
    size_t of_caller = 0;
    for (const Option& option : model.options_) {
      if (option.meaning == text.meaning) return Refused("NOMINATION_EXISTS");
      if (option.user_id == command.caller) ++of_caller;
    }
    if (FindOption(command.nomination_id) != model.options_.end()) return Refused("ID_TAKEN");
    if (model.options_.size() == model.limits_.nominations_max ||
        of_caller == model.limits_.nominations_per_participant_max) {
      return Refused("LIMIT_REACHED");
    }
    model.options_.push_back({command.nomination_id, command.caller, text.kept, text.meaning});
    return kSeen;
  }

  Prediction operator()(const RemoveNomination& command) const {
    const std::string reason = Or(NoAdmin(command.caller), Phase::kNominating);
    if (!reason.empty()) return Refused(reason);
    const auto found = FindOption(command.nomination_id);
    if (found == model.options_.end()) return Refused("NOMINATION_NOT_FOUND");
    model.options_.erase(found);
    return kSeen;
  }

  Prediction operator()(const StartVote& command) const {
    const std::string reason = Or(NoAdmin(command.caller), Phase::kNominating);
    if (!reason.empty()) return Refused(reason);
    if (model.options_.size() < model.votes_per_voter() ||
        model.options_.size() < model.rules().seats) {
      return Refused("TOO_FEW_NOMINATIONS");
    }
    model.phase_ = Phase::kVoting;
    return kSeen;
  }

  Prediction operator()(const SubmitRankings& command) const {
    const std::string reason = Or(Stranger(command.caller), Phase::kVoting);
    if (!reason.empty()) return Refused(reason);
    if (model.people_.count(command.caller) == 0) return Refused("NOT_A_PARTICIPANT");
    if (model.ballots_.count(command.caller) != 0 && !model.created_.ballot_changes_allowed) {
      return Refused("ALREADY_VOTED");
    }
    std::set<std::string> ranked;
    for (const std::string& id : command.rankings) {
      if (FindOption(id) == model.options_.end()) return Refused("rankings");
      if (!ranked.insert(id).second) return Refused("rankings");
    }
    if (ranked.empty() || ranked.size() > model.votes_per_voter()) return Refused("rankings");
    model.ballots_[command.caller] = command.rankings;
    return kSeen;
  }

  Prediction operator()(const ClosePoll& command) const {
    const std::string reason = Or(NoAdmin(command.caller), Phase::kVoting);
    if (!reason.empty()) return Refused(reason);
    model.phase_ = Phase::kClosed;
    return kSeen;
  }

  Prediction operator()(const CancelPoll& command) const {
    if (std::string reason = NoAdmin(command.caller); !reason.empty()) return Refused(reason);
    model.phase_ = Phase::kCancelled;
    model.people_.clear();
    model.options_.clear();
    model.ballots_.clear();
    model.banned_.clear();
    return kSeen;
  }
};

Prediction PollModel::Do(const Command& command) {
  Prediction prediction = std::visit(Visitor{*this}, command);
  if (prediction.changes) ++revision_;
  if (prediction.changes_visibly) visible_revision_ = revision_;
  return prediction;
}

}  // namespace caucus::polls
