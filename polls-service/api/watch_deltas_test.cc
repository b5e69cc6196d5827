// WatchPoll in MODE_DELTA.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "caucus/socketio/v1/effects.pb.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "polls-service/api/polls_service_fixture.h"

namespace caucus::polls {
namespace {

constexpr auto kDelta = v1::WatchPollRequest::MODE_DELTA;

class WatchDeltasTest : public PollsServiceFixture {
 protected:
  void SetUp() override {
    SetUpPoll();
    ASSERT_OK_AND_ASSIGN(const v1::Poll poll, Get(ann_));
    revision_ = poll.revision();
  }

  uint32_t revision_ = 0;
};

TEST_F(WatchDeltasTest, SendsTheStateAndThenWhatChanges) {
  Watcher watcher(*stub_, ann_, 0, kDelta);
  const auto state = watcher.Next();
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->poll_updated().participants_size(), 3);
  EXPECT_FALSE(state->repeat());
  const std::string pizza = Nominate(bob_, "Pizza");
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  ASSERT_TRUE(message->has_poll_changed());
  EXPECT_EQ(message->revision(), revision_ + 1);
  EXPECT_EQ(message->poll_changed().previous_revision(), revision_);
  ASSERT_EQ(message->poll_changed().changes_size(), 1);
  EXPECT_EQ(message->poll_changed().changes(0).nominated().id(), pizza);
  EXPECT_EQ(message->poll_changed().changes(0).nominated().text(), "Pizza");
}

TEST_F(WatchDeltasTest, EachMessageFollowsTheOneBefore) {
  Watcher watcher(*stub_, ann_, 0, kDelta);
  uint32_t revision = watcher.Next()->revision();
  for (int i = 0; i < 15; ++i) Nominate(bob_, "Option " + std::to_string(i));
  ASSERT_OK(Connect(bob_, "second"));
  ASSERT_OK(Start(admin_));
  int nominations = 0;
  while (true) {
    const auto message = watcher.Next();
    ASSERT_TRUE(message.has_value());
    ASSERT_TRUE(message->has_poll_changed());
    EXPECT_EQ(message->poll_changed().previous_revision(), revision);
    EXPECT_EQ(message->poll_changed().revision(), message->revision());
    EXPECT_GT(message->revision(), revision);
    revision = message->revision();
    for (const auto& change : message->poll_changed().changes()) {
      nominations += change.has_nominated() ? 1 : 0;
    }
    const auto& changes = message->poll_changed().changes();
    if (!changes.rbegin()->has_voting_started()) continue;
    EXPECT_FALSE(changes.rbegin()->voting_started().tie_break_commitment().empty());
    break;
  }
  EXPECT_EQ(nominations, 15);
}

TEST_F(WatchDeltasTest, ResumesWithWhatWasMissed) {
  Nominate(bob_, "Pizza");
  Nominate(bob_, "Sushi");
  Watcher watcher(*stub_, ann_, revision_, kDelta);
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  ASSERT_TRUE(message->has_poll_changed());
  EXPECT_EQ(message->poll_changed().previous_revision(), revision_);
  EXPECT_EQ(message->poll_changed().changes_size(), 2);
}

TEST_F(WatchDeltasTest, ResumesWithNothingWhereNothingWasMissed) {
  Watcher watcher(*stub_, ann_, revision_, kDelta);
  Nominate(bob_, "Pizza");
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->poll_changed().changes_size(), 1);
}

TEST_F(WatchDeltasTest, ConnectionsAloneAreNoChange) {
  Watcher watcher(*stub_, ann_, 0, kDelta);
  ASSERT_TRUE(watcher.Next().has_value());
  ASSERT_OK(Connect(bob_, "second"));
  ASSERT_OK(Leave(bob_, "second"));
  Nominate(bob_, "Pizza");
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->poll_changed().previous_revision(), revision_);
  EXPECT_EQ(message->revision(), revision_ + 3);
  EXPECT_EQ(message->poll_changed().changes_size(), 1);
}

TEST_F(WatchDeltasTest, DisconnectsThoseWhoWereRemoved) {
  Watcher watcher(*stub_, ann_, 0, kDelta);
  ASSERT_TRUE(watcher.Next().has_value());
  ASSERT_OK(Remove(admin_, bob_));
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->poll_changed().changes(0).left(), bob_.user_id);
  ASSERT_EQ(message->effects().effects_size(), 1);
  EXPECT_EQ(message->effects().effects(0).disconnect().target().room(), "user:" + bob_.user_id);
}

TEST_F(WatchDeltasTest, TellsResultsButNoBallots) {
  const std::string pizza = Nominate(bob_, "Pizza");
  ASSERT_OK(Start(admin_));
  Watcher watcher(*stub_, ann_, 0, kDelta);
  ASSERT_TRUE(watcher.Next().has_value());
  ASSERT_OK(Vote(bob_, {pizza}));
  const auto voted = watcher.Next();
  ASSERT_TRUE(voted.has_value());
  EXPECT_EQ(voted->poll_changed().changes(0).voted(), bob_.user_id);
  EXPECT_EQ(voted->SerializeAsString().find(pizza), std::string::npos);
  ASSERT_OK(Close(admin_));
  const auto closed = watcher.Next();
  ASSERT_TRUE(closed.has_value());
  ASSERT_OK_AND_ASSIGN(const v1::Poll poll, Get(ann_));
  const auto& results = closed->poll_changed().changes(0).closed();
  ASSERT_EQ(results.results_size(), 1);
  EXPECT_EQ(results.results(0).nomination_id(), pizza);
  EXPECT_EQ(results.tie_break_seed(), poll.tie_break_seed());
}

TEST_F(WatchDeltasTest, TheRemovedMayNotWatch) {
  ASSERT_OK(Remove(admin_, bob_));
  for (const uint32_t revision : {0u, revision_, revision_ + 1}) {
    const absl::Status status = Watcher(*stub_, bob_, revision, kDelta).End();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_EQ(ReasonOf(status), "REMOVED_FROM_POLL");
  }
}

TEST_F(WatchDeltasTest, TellsOfTheCancellationAndEnds) {
  Watcher watcher(*stub_, ann_, revision_, kDelta);
  ASSERT_OK(Cancel(admin_));
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->has_poll_cancelled());
  EXPECT_OK(watcher.End());
}

TEST_F(WatchDeltasTest, SendsTheStateToWhoeverHasSeenWhatTheStoreHasLost) {
  Nominate(bob_, "Pizza");
  Watcher ahead(*stub_, ann_, revision_ + 5, kDelta);
  const auto state = ahead.Next();
  ASSERT_TRUE(state.has_value());
  EXPECT_TRUE(state->has_poll_updated());
  EXPECT_EQ(state->revision(), revision_ + 1);

  log_.Truncate(ann_.poll_id, revision_);
  ASSERT_OK(Get(ann_));
  const auto back = ahead.Next();
  ASSERT_TRUE(back.has_value());
  ASSERT_TRUE(back->has_poll_updated());
  EXPECT_FALSE(back->repeat());
  EXPECT_EQ(back->revision(), revision_);
  EXPECT_EQ(back->poll_updated().nominations_size(), 0);
  Nominate(bob_, "Sushi");
  EXPECT_EQ(ahead.Next()->poll_changed().changes(0).nominated().text(), "Sushi");
}

// Much goes on in a small poll: what newcomers to a feed have to be sent stays small.
TEST_F(WatchDeltasTest, RepeatsTheStateBeforeMuchHasChangedSince) {
  Watcher watcher(*stub_, ann_, 0, kDelta);
  size_t since_state = watcher.Next()->ByteSizeLong();
  uint32_t revision = revision_;
  int repeats = 0;
  const std::string text(90, 'x');
  for (int i = 0; repeats < 2; ++i) {
    ASSERT_LT(i, 5'000);
    const std::string id = Nominate(bob_, text + std::to_string(i));
    v1::RemoveNominationRequest request;
    request.set_poll_id(admin_.poll_id);
    request.set_id(id);
    ASSERT_OK(Call(&Stub::RemoveNomination, admin_.token, request));
    if (i % 100 > 0) continue;
    // The watcher reads now and then.
    ASSERT_OK_AND_ASSIGN(const v1::Poll poll, Get(ann_));
    while (revision < poll.revision()) {
      const auto message = watcher.Next();
      ASSERT_TRUE(message.has_value());
      if (message->has_poll_updated()) {
        EXPECT_TRUE(message->repeat());
        EXPECT_EQ(message->revision(), revision);
        EXPECT_EQ(message->poll_updated().revision(), revision);
        ++repeats;
        since_state = 0;
        continue;
      }
      EXPECT_EQ(message->poll_changed().previous_revision(), revision);
      revision = message->revision();
      since_state += message->ByteSizeLong();
      EXPECT_LT(since_state, 200u << 10);
    }
  }
}

}  // namespace
}  // namespace caucus::polls
