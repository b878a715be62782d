// Loops shared out over a pool of threads.
#pragma once
#include <cstdint>
#include <functional>

namespace csdnet {

// How many threads a loop may use, from 1. Called once, when the library is loaded.
void setThreads(int count);

// Runs body(from, to) over 0..count cut into blocks of `grain` items, each by one thread. Blocks do not depend on the number of threads, so that
// sums made block by block are the same for any number.
void parallelFor(int64_t count, int64_t grain, const std::function<void(int64_t from, int64_t to)>& body);

// Values in a block of work: its share of three maps fits the second cache.
constexpr int64_t kBlock = 32768;

// Rows of so many columns in a block of work.
inline int64_t rowsPerBlock(int64_t columns) { return columns >= kBlock || columns == 0 ? 1 : kBlock / columns; }

}  // namespace csdnet
