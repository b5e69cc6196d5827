#include "tests/load/crowd.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "tests/load/poll_messages.h"

namespace caucus::load {
namespace {

// A client has at most one request of a kind, so that an ack's id says which.
constexpr uint64_t kNominate = 1;
constexpr uint64_t kVote = 2;
constexpr uint64_t kStartVote = 3;
constexpr uint64_t kClosePoll = 4;
constexpr uint64_t kGetTally = 5;

constexpr size_t kAdmin = 0;

constexpr absl::Duration kReturnAfter = absl::Seconds(1);

}  // namespace

absl::StatusOr<std::unique_ptr<Crowd>> Crowd::Create(Options options) {
  std::unique_ptr<Crowd> crowd(new Crowd(std::move(options)));
  ASSIGN_OR_RETURN(crowd->clients_, SocketIoClients::Create({.server = crowd->options_.server,
                                                             .socketio_namespace = "/polls",
                                                             .clients = crowd->options_.people},
                                                            *crowd));
  return crowd;
}

Crowd::Crowd(Options options)
    : options_(std::move(options)),
      watermark_(options_.people),
      nomination_ids_(options_.nominations),
      people_(options_.people),
      nominations_(options_.nominations),
      votes_(options_.people) {}

absl::Status Crowd::CreatePoll() {
  people_[kAdmin].asked = absl::Now();
  Ask(kAdmin);
  return Await([this] { return connected_ == 1; });
}

absl::Status Crowd::Join(absl::Duration time) {
  RETURN_IF_ERROR(Spread(options_.people - 1, time, [&](size_t i, absl::Time due) {
    people_[i + 1].asked = due;
    Ask(i + 1);
  }));
  return Await([this] { return connected_ == options_.people; });
}

absl::Status Crowd::Nominate(absl::Duration time) {
  RETURN_IF_ERROR(Spread(options_.nominations, time, [&](size_t i, absl::Time due) {
    nominations_[i].due = due;
    Nominate(i);
  }));
  return Await([this] { return watermark_.everybody() >= LastRevision(nominations_); });
}

absl::Status Crowd::StartVote() { return EmitAsAdmin(kStartVote, "start_vote"); }

absl::Status Crowd::Vote(absl::Duration time) {
  RETURN_IF_ERROR(Spread(options_.people, time, [&](size_t i, absl::Time due) {
    votes_[i].due = due;
    Vote(i);
  }));
  return Await([this] { return watermark_.everybody() >= LastRevision(votes_); });
}

absl::Status Crowd::Close() { return EmitAsAdmin(kClosePoll, "close_poll"); }

absl::Status Crowd::CheckTally() {
  admins_request_ = {};
  admins_answer_.clear();
  clients_->EmitWithAck(kAdmin, kGetTally, R"(["get_tally",{}])");
  RETURN_IF_ERROR(Await([this] { return !admins_answer_.empty(); }));
  const std::string_view ballots = FindMember(admins_answer_, "ballots");
  if (ToRevision(ballots) == options_.people) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("ballots counted: ", ToAbsl(ballots), ", cast: ", options_.people));
}

Latencies Crowd::VotesKnown() const { return Known(votes_); }
Latencies Crowd::NominationsKnown() const { return Known(nominations_); }

absl::Duration Crowd::FinalStateAfterLastVote() const {
  if (acks_.count() < options_.people) return absl::InfiniteDuration();
  return watermark_.ReachedAt(LastRevision(votes_)) - votes_.back().due;
}

absl::Duration Crowd::CloseKnown() const {
  return watermark_.ReachedAt(admins_request_.revision) - admins_request_.due;
}

void Crowd::OnPosted(size_t client, int status, std::string_view body) {
  const std::string_view token = FindLastMember(body, "accessToken");
  if (status != 201 || token.empty()) {
    failure_ = absl::UnavailableError(absl::StrFormat("person %d may not join: HTTP %d %s", client,
                                                      status, ToAbsl(body.substr(0, 300))));
    return;
  }
  if (client == kAdmin) poll_id_ = FindMember(body, "id");
  people_[client].token = token;
  Enter(client);
}

void Crowd::OnConnected(size_t client) {
  Person& person = people_[client];
  ++connected_;
  person.connected = true;
  if (!std::exchange(person.was_connected, true)) joins_.Add(absl::Now() - person.asked);
  if (client < nominations_.size() && nominations_[client].waits()) Nominate(client);
  if (votes_[client].waits()) Vote(client);
}

void Crowd::OnEvent(size_t client, const Message& event) {
  const PollUpdate update = ReadPollUpdate(event);
  if (update.revision == 0) {
    failure_ = absl::UnknownError(
        absl::StrCat("person ", client, " got ", ToAbsl(event.head.substr(0, 300))));
    return;
  }
  ++updates_;
  if (update.kind == PollUpdate::Kind::kChanges &&
      update.previous_revision > watermark_.known(client))
    ++gaps_;
  if (update.kind == PollUpdate::Kind::kState && update.revision < watermark_.known(client))
    ++older_states_;
  watermark_.Raise(client, update.revision, absl::Now());
}

void Crowd::OnAck(size_t client, uint64_t id, const Message& answer) {
  const absl::Time now = absl::Now();
  if (absl::StartsWith(ToAbsl(answer.head), "[{\"error\"")) {
    failure_ = absl::UnknownError(
        absl::StrCat("person ", client, " is refused: ", ToAbsl(answer.head.substr(0, 300))));
    return;
  }
  const uint32_t revision = ToRevision(FindMember(answer.head, "revision"));
  if (id == kNominate) {
    nominations_[client].revision = revision;
    nomination_ids_[client] = FindMember(answer.head, "nominationID");
  } else if (id == kVote) {
    votes_[client].revision = revision;
    acks_.Add(now - votes_[client].due);
  } else {
    admins_request_.revision = revision;
    admins_answer_ = answer.head.substr(0, 1000);
  }
}

void Crowd::OnEnded(size_t client, std::string_view why) {
  ++cut_off_;
  last_cut_off_ = why;
  if (std::exchange(people_[client].connected, false)) --connected_;
  returns_.push_back({absl::Now() + kReturnAfter, client});
}

void Crowd::Ask(size_t client) {
  if (client == kAdmin) {
    return clients_->Post(client, "/polls",
                          absl::StrCat(R"({"topic":"Where shall we eat?","votesPerVoter":)",
                                       options_.ranks, R"(,"name":"Ada"})"));
  }
  const std::string view = options_.target == Target::kCaucus ? R"(,"view":"POLL_VIEW_BASIC")" : "";
  clients_->Post(
      client, "/polls/join",
      absl::StrCat(R"({"pollID":")", poll_id_, R"(","name":"Person )", client, "\"", view, "}"));
}

void Crowd::Enter(size_t client) {
  const bool deltas = options_.target == Target::kCaucus && options_.mode == Mode::kDeltas;
  clients_->Connect(client, absl::StrCat(R"({"token":")", people_[client].token, "\"",
                                         deltas ? R"(,"updates":"deltas")" : "", "}"));
}

void Crowd::Nominate(size_t client) {
  Emit(client, kNominate, "nominate",
       absl::StrCat(R"("text":"The restaurant at number )", client, "\""));
}

void Crowd::Vote(size_t client) {
  std::string rankings;
  for (size_t rank = 0; rank < options_.ranks; ++rank) {
    absl::StrAppend(&rankings, rank == 0 ? "\"" : ",\"",
                    nomination_ids_[(client + rank) % nomination_ids_.size()], "\"");
  }
  Emit(client, kVote, "submit_rankings", absl::StrCat("\"rankings\":[", rankings, "]"));
}

void Crowd::Emit(size_t client, uint64_t id, std::string_view event, const std::string& fields) {
  if (!people_[client].connected) return;  // OnConnected() asks again.
  std::string request = fields;
  if (options_.target == Target::kCaucus) {
    // As long as a UUID, as a client draws it.
    absl::StrAppendFormat(&request, R"(%s"requestID":"%08x-0000-4000-8000-%012x")",
                          fields.empty() ? "" : ",", id, client);
  }
  clients_->EmitWithAck(client, id, absl::StrCat("[\"", ToAbsl(event), "\",{", request, "}]"));
}

absl::Status Crowd::EmitAsAdmin(uint64_t id, std::string_view event) {
  admins_request_ = {.due = absl::Now()};
  admins_answer_.clear();
  Emit(kAdmin, id, event, "");
  RETURN_IF_ERROR(Await([this] { return !admins_answer_.empty(); }));
  return Await([this] { return watermark_.everybody() >= admins_request_.revision; });
}

absl::Status Crowd::Turn() {
  clients_->Turn(absl::Milliseconds(1));
  for (const absl::Time now = absl::Now(); !returns_.empty() && returns_.front().at <= now;) {
    const size_t client = returns_.front().client;
    returns_.pop_front();
    people_[client].token.empty() ? Ask(client) : Enter(client);
  }
  if (absl::Now() > options_.end) failure_.Update(absl::DeadlineExceededError("the time is over"));
  return failure_;
}

absl::Status Crowd::Await(const std::function<bool()>& done) {
  while (!done()) RETURN_IF_ERROR(Turn());
  return absl::OkStatus();
}

absl::Status Crowd::Spread(size_t count, absl::Duration time,
                           const std::function<void(size_t, absl::Time due)>& act) {
  const absl::Time begin = absl::Now();
  for (size_t i = 0; i < count;) {
    RETURN_IF_ERROR(Turn());
    const absl::Time now = absl::Now();
    for (; i < count; ++i) {
      const absl::Time due = begin + time * static_cast<double>(i) / static_cast<double>(count);
      if (due > now) break;
      late_max_ = std::max(late_max_, now - due);
      act(i, due);
    }
  }
  return absl::OkStatus();
}

Latencies Crowd::Known(const std::vector<Request>& requests) const {
  Latencies latencies;
  for (const Request& request : requests) {
    if (request.revision > 0 && request.revision <= watermark_.everybody()) {
      latencies.Add(watermark_.ReachedAt(request.revision) - request.due);
    }
  }
  return latencies;
}

// The greatest; more than any if one is not answered yet.
uint32_t Crowd::LastRevision(const std::vector<Request>& requests) const {
  uint32_t last = 0;
  for (const Request& request : requests) {
    if (request.revision == 0) return ~uint32_t{0};
    last = std::max(last, request.revision);
  }
  return last;
}

}  // namespace caucus::load
