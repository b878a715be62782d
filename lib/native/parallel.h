// Loops shared out over a pool of threads.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

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

// Sums over the rows of a matrix for `parallelFor(rows, rowsPerBlock(columns), ...)`, one or several lists of them: each block of rows adds to its own,
// and they are joined in the order of the blocks.
class ColumnSums {
 public:
  ColumnSums(int64_t rows, int64_t columns, int64_t lists = 1)
      : columns_(columns), lists_(lists), grain_(rowsPerBlock(columns)), blocks_((rows + grain_ - 1) / grain_), sums_(blocks_ * lists * columns) {}

  // [columns], what the block that begins at row `from` adds to.
  float* of(int64_t from, int64_t list = 0) { return sums_.data() + (from / grain_ * lists_ + list) * columns_; }

  // out[columns] = the sums over all rows.
  template <typename T>
  void join(T* out, int64_t list = 0) const {
    for (int64_t i = 0; i < columns_; ++i) out[i] = 0;
    for (int64_t block = 0; block < blocks_; ++block) {
      const float* sums = sums_.data() + (block * lists_ + list) * columns_;
      for (int64_t i = 0; i < columns_; ++i) out[i] += sums[i];
    }
  }

 private:
  int64_t columns_, lists_, grain_, blocks_;
  std::vector<float> sums_;
};

}  // namespace csdnet
