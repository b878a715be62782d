#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace csdnet {
namespace {

// Workers that live as long as the process. One loop runs at a time: tensors are computed synchronously, one operation after the other.
class Pool {
 public:
  void grow(int threads) {
    for (int i = 1; i < threads; ++i) std::thread([this] { work(); }).detach();
    workers_ = threads - 1;
  }

  void run(int64_t blocks, const std::function<void(int64_t)>& block) {
    std::lock_guard<std::mutex> one(entry_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      block_ = &block;
      blocks_ = blocks;
      next_ = 0;
      open_ = true;
      ++round_;
    }
    wake_.notify_all();
    drain();
    std::unique_lock<std::mutex> lock(mutex_);
    // Whoever wakes up later finds nothing left to do and is not waited for.
    open_ = false;
    done_.wait(lock, [this] { return busy_ == 0; });
  }

  bool alone() const { return workers_ == 0; }

 private:
  void drain() {
    for (int64_t i = next_++; i < blocks_; i = next_++) (*block_)(i);
  }

  void work() {
    for (int64_t seen = 0;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      if (!open_) continue;
      ++busy_;
      lock.unlock();
      drain();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex entry_, mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int64_t)>* block_ = nullptr;
  int64_t blocks_ = 0;
  std::atomic<int64_t> next_{0};
  int64_t round_ = 0;
  bool open_ = false;
  int workers_ = 0, busy_ = 0;
};

// Never destroyed: its threads outlive the statics of the process.
Pool& pool() {
  static Pool* const one = new Pool;
  return *one;
}

// Below so many blocks the work is done before another thread has woken up.
constexpr int64_t kWorthwhile = 4;

}  // namespace

void setThreads(int count) {
  if (pool().alone()) pool().grow(count);
}

void parallelFor(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t)>& body) {
  const int64_t blocks = (count + grain - 1) / grain;
  const auto block = [&](int64_t i) { body(i * grain, std::min(count, (i + 1) * grain)); };
  if (blocks >= kWorthwhile && !pool().alone()) return pool().run(blocks, block);
  for (int64_t i = 0; i < blocks; ++i) block(i);
}

}  // namespace csdnet
