// Which revision of a poll everybody has, and since when.

#ifndef TESTS_LOAD_REVISION_WATERMARK_H_
#define TESTS_LOAD_REVISION_WATERMARK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace caucus::load {

// Costs a few instructions an update, however many clients there are.
//
// Thread-compatible.
class RevisionWatermark {
 public:
  // Nobody has anything: revision 0.
  explicit RevisionWatermark(size_t clients) : known_(clients, 0), clients_of_(1, clients) {}

  // The client has this revision now. An older one than it had changes nothing.
  void Raise(size_t client, uint32_t revision, absl::Time now) {
    uint32_t& known = known_[client];
    if (revision <= known) return;
    if (revision >= clients_of_.size()) clients_of_.resize(revision + 1, 0);
    --clients_of_[known];
    ++clients_of_[revision];
    known = revision;
    while (clients_of_[reached_.size()] == 0) reached_.push_back(now);
  }

  uint32_t known(size_t client) const { return known_[client]; }

  // The greatest that everybody has.
  uint32_t everybody() const { return static_cast<uint32_t>(reached_.size()); }

  // Returns when the last client got `revision` or a later one; the infinite future if it has not.
  absl::Time ReachedAt(uint32_t revision) const {
    if (revision == 0) return absl::InfinitePast();
    return revision <= reached_.size() ? reached_[revision - 1] : absl::InfiniteFuture();
  }

 private:
  std::vector<uint32_t> known_;      // By client.
  std::vector<size_t> clients_of_;   // By revision: how many clients have just that one.
  std::vector<absl::Time> reached_;  // By revision less 1.
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_REVISION_WATERMARK_H_
