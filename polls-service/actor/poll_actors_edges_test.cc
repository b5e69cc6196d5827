// PollActors and edges that die.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/poll_actors_fixture.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/poll.h"
#include "polls-service/leases/edge_lease_watch.h"
#include "polls-service/leases/edge_leases.h"
#include "polls-service/leases/in_memory_edge_leases.h"

namespace caucus::polls {
namespace {

// Counts what is asked, and fails on demand.
class CountingLeases : public EdgeLeases {
 public:
  explicit CountingLeases(EdgeLeases& leases) : leases_(leases) {}

  void Renew(std::string_view edge_id, absl::Time deadline, RenewCallback done) override {
    leases_.Renew(edge_id, deadline, std::move(done));
  }
  void FindMissing(absl::Span<const std::string> edge_ids, absl::Time deadline,
                   FindMissingCallback done) override {
    edges_asked = edge_ids.size();
    if (failing) return done(absl::UnavailableError("injected"));
    leases_.FindMissing(edge_ids, deadline, std::move(done));
  }
  void DeclareDead(std::string_view edge_id, absl::Time deadline,
                   DeclareDeadCallback done) override {
    ++declarations;
    if (declarations_failing) return done(absl::UnavailableError("injected"));
    leases_.DeclareDead(edge_id, deadline, std::move(done));
  }

  std::atomic<size_t> edges_asked = 0;
  std::atomic<int> declarations = 0;
  std::atomic<bool> failing = false;
  std::atomic<bool> declarations_failing = false;

 private:
  EdgeLeases& leases_;
};

class PollActorsEdgesTest : public PollActorsFixture {
 protected:
  PollActors::Options Options() {
    PollActors::Options options = TestOptions();
    options.leases = &leases_;
    return options;
  }

  static Command JoinThrough(const std::string& user_id, const std::string& edge_id,
                             const std::string& connection_id = "c") {
    return AddParticipant{user_id, "Name", connection_id, edge_id};
  }

  bool Renew(const std::string& edge_id) {
    bool was_declared_dead = false;
    memory_leases_.Renew(edge_id, absl::InfiniteFuture(), [&](const auto& result) {
      ASSERT_OK(result);
      was_declared_dead = result->was_declared_dead;
    });
    return was_declared_dead;
  }

  // Lets `duration` pass, in which `living` renew their leases and the actors observe them.
  void Pass(const std::vector<PollActors*>& observers, absl::Duration duration,
            const std::vector<std::string>& living = {}) {
    for (absl::Duration step; step < duration; step += EdgeLeaseWatch::kObservationInterval) {
      for (const std::string& edge_id : living) Renew(edge_id);
      clock_.Advance(EdgeLeaseWatch::kObservationInterval);
      for (PollActors* actors : observers) {
        actors->ObserveEdges();
        // Behind whatever the observation has begun.
        for (const std::string& id : poll_ids_) Get(*actors, id).status().IgnoreError();
      }
    }
  }

  std::vector<std::string> People(PollActors& actors) {
    std::vector<std::string> people;
    const auto poll = Get(actors);
    EXPECT_OK(poll);
    if (!poll.ok()) return people;
    for (const auto& [user_id, participant] : (*poll)->participants) people.push_back(user_id);
    return people;
  }

  std::vector<std::string> poll_ids_ = {kId};  // That are observed.
  InMemoryEdgeLeases memory_leases_{clock_};
  CountingLeases leases_{memory_leases_};
};

using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_F(PollActorsEdgesTest, ClosesTheConnectionsOfAnEdgeThatDied) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  Renew("e1");
  Renew("e2");
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1")));
  ASSERT_OK(Do(*actors, JoinThrough("bob", "e2")));
  ASSERT_OK(Do(*actors, JoinThrough("cid", "e1")));
  ASSERT_OK(Do(*actors, JoinThrough("cid", "e2", "other")));
  Pass({actors.get()}, absl::Seconds(10), {"e1", "e2"});
  EXPECT_THAT(People(*actors), UnorderedElementsAre("ann", "bob", "cid"));
  Pass({actors.get()}, absl::Seconds(30), {"e2"});
  EXPECT_THAT(People(*actors), UnorderedElementsAre("bob", "cid"));
  EXPECT_EQ(leases_.declarations, 1);
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors));
  EXPECT_EQ(poll->participants.at("cid").connections.size(), 1u);
}

TEST_F(PollActorsEdgesTest, KeepsThePeopleOfEdgesThatKnowNoLeases) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Do(*actors, JoinThrough("ann", "made up")));
  ASSERT_OK(Do(*actors, JoinThrough("bob", "")));
  Pass({actors.get()}, absl::Minutes(2));
  EXPECT_THAT(People(*actors), UnorderedElementsAre("ann", "bob"));
  EXPECT_EQ(leases_.declarations, 0);
}

TEST_F(PollActorsEdgesTest, TellsAnEdgeThatLivesAfterAll) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  Renew("e1");
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1")));
  Pass({actors.get()}, absl::Seconds(30));
  EXPECT_THAT(People(*actors), IsEmpty());
  EXPECT_TRUE(Renew("e1"));
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1", "again")));
  Pass({actors.get()}, absl::Seconds(40), {"e1"});
  EXPECT_THAT(People(*actors), UnorderedElementsAre("ann"));
  EXPECT_FALSE(Renew("e1"));
  // And it may die again.
  Pass({actors.get()}, absl::Seconds(30));
  EXPECT_THAT(People(*actors), IsEmpty());
  EXPECT_EQ(leases_.declarations, 2);
}

TEST_F(PollActorsEdgesTest, RemovesNobodyWhileTheStoreDoesNotAnswer) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  Renew("e1");
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1")));
  leases_.failing = true;
  Pass({actors.get()}, absl::Minutes(2));
  EXPECT_THAT(People(*actors), UnorderedElementsAre("ann"));
  leases_.failing = false;
  Pass({actors.get()}, absl::Seconds(6));
  EXPECT_THAT(People(*actors), UnorderedElementsAre("ann"));
  Pass({actors.get()}, absl::Seconds(10));
  EXPECT_THAT(People(*actors), IsEmpty());
}

TEST_F(PollActorsEdgesTest, ClosesAgainWhatCouldNotBeClosed) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  Renew("e1");
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1")));
  log_.FailAppends({Fault::kUnavailable, Fault::kUnavailable});
  Pass({actors.get()}, absl::Seconds(40));
  EXPECT_THAT(People(*actors), IsEmpty());
  EXPECT_EQ(leases_.declarations, 1);
}

TEST_F(PollActorsEdgesTest, DeclaresAgainWhoCouldNotBeDeclared) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  Renew("e1");
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1")));
  leases_.declarations_failing = true;
  Pass({actors.get()}, absl::Seconds(40));
  EXPECT_THAT(People(*actors), IsEmpty());
  leases_.declarations_failing = false;
  Pass({actors.get()}, absl::Seconds(4));
  EXPECT_TRUE(Renew("e1"));
  EXPECT_FALSE(Renew("e1"));
}

TEST_F(PollActorsEdgesTest, ReplicasTogetherRemoveOnce) {
  auto here = NewActors(Options());
  auto there = NewActors(Options());
  ASSERT_OK(Create(*here));
  Renew("e1");
  ASSERT_OK(Do(*here, JoinThrough("ann", "e1")));
  ASSERT_OK(Do(*there, JoinThrough("bob", "e1")));
  Pass({here.get(), there.get()}, absl::Seconds(40));
  EXPECT_THAT(People(*here), IsEmpty());
  EXPECT_EQ(Stored().size(), 4u);
}

TEST_F(PollActorsEdgesTest, APollThatIsLoadedLaterLosesThemSoon) {
  ASSERT_OK(Create(*NewActors()));
  Renew("e1");
  ASSERT_OK(Do(*NewActors(), JoinThrough("ann", "e1")));
  clock_.Advance(absl::Minutes(30));
  auto actors = NewActors(Options());
  EXPECT_THAT(People(*actors), UnorderedElementsAre("ann"));
  Pass({actors.get()}, absl::Seconds(16));
  EXPECT_THAT(People(*actors), IsEmpty());
}

TEST_F(PollActorsEdgesTest, LeavesEverybodyInAPollThatVotes) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  Renew("e1");
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1")));
  ASSERT_OK(Do(*actors, AddNomination{"ann", "n1", "Pizza"}));
  ASSERT_OK(Do(*actors, StartVote{"admin", "seed"}));
  Pass({actors.get()}, absl::Seconds(40));
  EXPECT_THAT(People(*actors), UnorderedElementsAre("ann"));
}

TEST_F(PollActorsEdgesTest, AsksOnceForTheEdgeOfManyPolls) {
  auto actors = NewActors(Options());
  Renew("e1");
  poll_ids_.clear();
  for (int i = 0; i < 20; ++i) {
    const std::string id = poll_ids_.emplace_back("POLL" + std::to_string(10 + i));
    ASSERT_OK(Create(*actors, id));
    ASSERT_OK(Do(*actors, JoinThrough("ann", "e1"), id));
  }
  Pass({actors.get()}, absl::Seconds(10), {"e1"});
  EXPECT_EQ(leases_.edges_asked, 1u);
  Pass({actors.get()}, absl::Seconds(40));
  EXPECT_EQ(leases_.declarations, 1);
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors, "POLL29"));
  EXPECT_TRUE(poll->participants.empty());
}

TEST_F(PollActorsEdgesTest, ObservesNothingWhenDrained) {
  auto actors = NewActors(Options());
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Do(*actors, JoinThrough("ann", "e1")));
  actors->Drain(absl::InfiniteFuture());
  actors->ObserveEdges();
  EXPECT_EQ(leases_.edges_asked, 0u);
}

}  // namespace
}  // namespace caucus::polls
