#include "polls-service/api/polls_service_fixture.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/grpc/channel.h"
#include "common/testing/status_matchers.h"

namespace caucus::polls {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(20);

template <typename Response>
absl::StatusOr<uint32_t> RevisionOf(const absl::StatusOr<Response>& response) {
  if (!response.ok()) return response.status();
  return response->revision();
}

void PrepareCall(grpc::ClientContext& context, const std::string& token) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
}

template <typename Request>
Request RequestOf(const Person& person) {
  Request request;
  request.set_poll_id(person.poll_id);
  return request;
}

}  // namespace

Watcher::Watcher(v1::PollsService::Stub& stub, const Person& person, uint32_t revision, Mode mode) {
  PrepareCall(context_, person.token);
  auto request = RequestOf<v1::WatchPollRequest>(person);
  request.set_revision(revision);
  request.set_mode(mode);
  reader_ = stub.WatchPoll(&context_, request);
}

Watcher::~Watcher() {
  if (reader_ == nullptr) return;
  context_.TryCancel();
  End().IgnoreError();
}

std::optional<v1::WatchPollResponse> Watcher::Next() {
  v1::WatchPollResponse response;
  if (!reader_->Read(&response)) return std::nullopt;
  return response;
}

std::optional<v1::WatchPollResponse> Watcher::NextFrom(uint32_t revision) {
  std::optional<v1::WatchPollResponse> response = Next();
  while (response.has_value() && response->revision() < revision) response = Next();
  return response;
}

absl::Status Watcher::End() {
  while (Next().has_value()) {
  }
  const grpc::Status status = reader_->Finish();
  reader_ = nullptr;
  return FromGrpcStatus(status);
}

PollsServiceFixture::PollsServiceFixture()
    : verifier_(CreateChannel(auth_->address()), server_.queue(), clock_),
      issuer_(CreateChannel(auth_->address()), auth_->service_key(), server_.queue()),
      service_({.actors = actors_,
                .verifier = verifier_,
                .issuer = issuer_,
                .ids = ids_,
                .clock = clock_,
                .leases = leases_},
               {.entry_limits = {.commands = 0}}) {
  EXPECT_OK(server_.Listen({.queued = {&service_}}));
  stub_ = v1::PollsService::NewStub(
      CreateChannel(absl::StrCat("127.0.0.1:", server_.port()),
                    {.subchannel_pool = ChannelOptions::SubchannelPool::kLocal}));
}

PollsServiceFixture::~PollsServiceFixture() {
  actors_.Drain(absl::Now() + kPatience);
  server_.Stop();
}

void PollsServiceFixture::PrepareContext(grpc::ClientContext& context, const std::string& token) {
  PrepareCall(context, token);
}

Person PollsServiceFixture::CreatePoll(uint32_t votes_per_voter) {
  v1::CreatePollRequest request;
  request.set_topic("Where to eat?");
  request.set_votes_per_voter(votes_per_voter);
  request.set_name("Admin");
  const auto response = Call(&Stub::CreatePoll, "", request);
  EXPECT_TRUE(response.ok()) << response.status();
  if (!response.ok()) return {};
  return {response->poll().id(), response->poll().admin_id(), response->access_token()};
}

Person PollsServiceFixture::JoinPoll(const std::string& poll_id, const std::string& name) {
  v1::JoinPollRequest request;
  request.set_poll_id(poll_id);
  request.set_name(name);
  const auto response = Call(&Stub::JoinPoll, "", request);
  EXPECT_TRUE(response.ok()) << response.status();
  if (!response.ok()) return {};
  return {response->poll().id(), auth_->Lookup(response->access_token())->subject(),
          response->access_token()};
}

void PollsServiceFixture::SetUpPoll() {
  admin_ = CreatePoll(1);
  ann_ = JoinPoll(admin_.poll_id, "Ann");
  bob_ = JoinPoll(admin_.poll_id, "Bob");
  for (const Person* person : {&admin_, &ann_, &bob_}) {
    const auto revision = Connect(*person);
    EXPECT_TRUE(revision.ok()) << revision.status();
  }
}

std::string PollsServiceFixture::Nominate(const Person& person, const std::string& text) {
  auto request = RequestOf<v1::AddNominationRequest>(person);
  request.set_text(text);
  const auto response = Call(&Stub::AddNomination, person.token, request);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? response->nomination_id() : "";
}

absl::StatusOr<uint32_t> PollsServiceFixture::Connect(const Person& person,
                                                      const std::string& connection_id) {
  auto request = RequestOf<v1::AddParticipantRequest>(person);
  request.set_connection_id(connection_id);
  request.set_edge_id("edge-1");
  return RevisionOf(Call(&Stub::AddParticipant, person.token, request));
}

absl::StatusOr<uint32_t> PollsServiceFixture::Leave(const Person& person,
                                                    const std::string& connection_id) {
  auto request = RequestOf<v1::LeavePollRequest>(person);
  request.set_connection_id(connection_id);
  return RevisionOf(Call(&Stub::LeavePoll, person.token, request));
}

absl::StatusOr<uint32_t> PollsServiceFixture::Remove(const Person& admin, const Person& person) {
  auto request = RequestOf<v1::RemoveParticipantRequest>(admin);
  request.set_id(person.user_id);
  return RevisionOf(Call(&Stub::RemoveParticipant, admin.token, request));
}

absl::StatusOr<uint32_t> PollsServiceFixture::Start(const Person& admin) {
  return RevisionOf(Call(&Stub::StartVote, admin.token, RequestOf<v1::StartVoteRequest>(admin)));
}

absl::StatusOr<uint32_t> PollsServiceFixture::Vote(const Person& person,
                                                   const std::vector<std::string>& rankings) {
  auto request = RequestOf<v1::SubmitRankingsRequest>(person);
  request.mutable_rankings()->Assign(rankings.begin(), rankings.end());
  return RevisionOf(Call(&Stub::SubmitRankings, person.token, request));
}

absl::StatusOr<uint32_t> PollsServiceFixture::Close(const Person& admin) {
  return RevisionOf(Call(&Stub::ClosePoll, admin.token, RequestOf<v1::ClosePollRequest>(admin)));
}

absl::StatusOr<uint32_t> PollsServiceFixture::Cancel(const Person& admin) {
  return RevisionOf(Call(&Stub::CancelPoll, admin.token, RequestOf<v1::CancelPollRequest>(admin)));
}

absl::StatusOr<v1::Poll> PollsServiceFixture::Get(const Person& person) {
  const auto response = Call(&Stub::GetPoll, person.token, RequestOf<v1::GetPollRequest>(person));
  if (!response.ok()) return response.status();
  return response->poll();
}

}  // namespace caucus::polls
