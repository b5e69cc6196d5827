// Shows abseil's synchronisation to ThreadSanitizer.
//
// Debian's abseil is built without ThreadSanitizer, which therefore takes data guarded by an
// absl::Mutex for unguarded. These definitions stand before those of libabsl_synchronization.so:
// each calls the original and tells the sanitizer what it orders. Linked with --config=tsan only.

#include <dlfcn.h>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

// The sanitizer names its own functions so. NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

template <typename Function>
Function* Original(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

void Acquire(const void* address) { __tsan_acquire(const_cast<void*>(address)); }
void Release(const void* address) { __tsan_release(const_cast<void*>(address)); }

// The mutex on which this thread awaits a condition: the condition may read what others wrote.
thread_local const void* awaited = nullptr;

class Awaiting {
 public:
  explicit Awaiting(const void* mutex) : mutex_(mutex) {
    Release(mutex_);
    awaited = mutex_;
  }
  ~Awaiting() {
    awaited = nullptr;
    Acquire(mutex_);
  }

 private:
  const void* const mutex_;
};

}  // namespace

#define ORIGINAL(name, ...) static auto* const original = Original<__VA_ARGS__>(name)

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  ORIGINAL("_ZN4absl7debian35Mutex4LockEv", void(Mutex*));
  original(this);
  Acquire(this);
}

void Mutex::Unlock() {
  ORIGINAL("_ZN4absl7debian35Mutex6UnlockEv", void(Mutex*));
  Release(this);
  original(this);
}

bool Mutex::TryLock() {
  ORIGINAL("_ZN4absl7debian35Mutex7TryLockEv", bool(Mutex*));
  const bool locked = original(this);
  if (locked) Acquire(this);
  return locked;
}

void Mutex::ReaderLock() {
  ORIGINAL("_ZN4absl7debian35Mutex10ReaderLockEv", void(Mutex*));
  original(this);
  Acquire(this);
}

void Mutex::ReaderUnlock() {
  ORIGINAL("_ZN4absl7debian35Mutex12ReaderUnlockEv", void(Mutex*));
  Release(this);
  original(this);
}

void Mutex::Await(const Condition& condition) {
  ORIGINAL("_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE", void(Mutex*, const Condition&));
  const Awaiting awaiting(this);
  original(this, condition);
}

bool Mutex::AwaitWithDeadline(const Condition& condition, absl::Time deadline) {
  ORIGINAL("_ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE",
           bool(Mutex*, const Condition&, absl::Time));
  const Awaiting awaiting(this);
  return original(this, condition, deadline);
}

bool Mutex::AwaitWithTimeout(const Condition& condition, absl::Duration timeout) {
  ORIGINAL("_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE",
           bool(Mutex*, const Condition&, absl::Duration));
  const Awaiting awaiting(this);
  return original(this, condition, timeout);
}

void Mutex::LockWhen(const Condition& condition) {
  ORIGINAL("_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE", void(Mutex*, const Condition&));
  const Awaiting awaiting(this);
  original(this, condition);
}

bool Condition::Eval() const {
  ORIGINAL("_ZNK4absl7debian39Condition4EvalEv", bool(const Condition*));
  if (awaited != nullptr) Acquire(awaited);
  return original(this);
}

void CondVar::Wait(Mutex* mutex) {
  ORIGINAL("_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE", void(CondVar*, Mutex*));
  Release(mutex);
  original(this, mutex);
  Acquire(mutex);
}

bool CondVar::WaitWithDeadline(Mutex* mutex, absl::Time deadline) {
  ORIGINAL("_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE",
           bool(CondVar*, Mutex*, absl::Time));
  Release(mutex);
  const bool timed_out = original(this, mutex, deadline);
  Acquire(mutex);
  return timed_out;
}

bool CondVar::WaitWithTimeout(Mutex* mutex, absl::Duration timeout) {
  ORIGINAL("_ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE",
           bool(CondVar*, Mutex*, absl::Duration));
  Release(mutex);
  const bool timed_out = original(this, mutex, timeout);
  Acquire(mutex);
  return timed_out;
}

void Notification::Notify() {
  ORIGINAL("_ZN4absl7debian312Notification6NotifyEv", void(Notification*));
  Release(this);
  original(this);
}

void Notification::WaitForNotification() const {
  ORIGINAL("_ZNK4absl7debian312Notification19WaitForNotificationEv", void(const Notification*));
  original(this);
  Acquire(this);
}

bool Notification::WaitForNotificationWithTimeout(absl::Duration timeout) const {
  ORIGINAL("_ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE",
           bool(const Notification*, absl::Duration));
  const bool notified = original(this, timeout);
  if (notified) Acquire(this);
  return notified;
}

bool Notification::WaitForNotificationWithDeadline(absl::Time deadline) const {
  ORIGINAL("_ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE",
           bool(const Notification*, absl::Time));
  const bool notified = original(this, deadline);
  if (notified) Acquire(this);
  return notified;
}

bool BlockingCounter::DecrementCount() {
  ORIGINAL("_ZN4absl7debian315BlockingCounter14DecrementCountEv", bool(BlockingCounter*));
  Release(this);
  return original(this);
}

void BlockingCounter::Wait() {
  ORIGINAL("_ZN4absl7debian315BlockingCounter4WaitEv", void(BlockingCounter*));
  original(this);
  Acquire(this);
}

ABSL_NAMESPACE_END
}  // namespace absl
