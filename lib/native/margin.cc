// The margin contrast of all pairs of a batch and a queue, in one pass over their similarities.
#include <vector>

#include "operations.h"

namespace csdnet {
namespace {

// A row that holds nothing.
constexpr int32_t kEmpty = -1;

// What both directions read: similarities s [n, m], labels [n], labels of the rows [m], and numbers: margin, what each sum is multiplied by.
struct Pairs {
  Shape shape, anchors, rows;
  const float* s;
  const int32_t *labels, *rowLabels;
  const float* numbers;
  bool good;

  Pairs(Call& call, int first)
      : s(call.input(first, &shape)), labels(call.integers(first + 1, &anchors)), rowLabels(call.integers(first + 2, &rows)),
        numbers(call.input(first + 3)) {
    good = call.require(shape.size() == 2 && anchors == Shape{shape[0]} && rows == Shape{shape[1]},
                        "margin: similarities [n, m] with labels [n] and [m] are wanted");
  }
};

// loss[i] = share * sum over j of ( 1 - s where the labels are equal, max(0, s - margin) where they are not, 0 for an empty row ).
class Margin {
 public:
  explicit Margin(Attributes&) {}
  void compute(Call& call) {
    const Pairs pairs(call, 0);
    if (!pairs.good) return;
    const int64_t n = pairs.shape[0], m = pairs.shape[1];
    float* loss = call.output(0, {n});
    const float margin = pairs.numbers[0], share = pairs.numbers[1];
    parallelFor(n, 1, [=](int64_t i, int64_t) {
      const float* s = pairs.s + i * m;
      const int32_t* rows = pairs.rowLabels;
      const int32_t label = pairs.labels[i];
      double total = 0;
      for (int64_t from = 0; from < m; from += kBlock) {
        const int64_t to = from + kBlock < m ? from + kBlock : m;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t j = from; j < to; ++j) {
          const float over = s[j] - margin;
          const float push = over < 0 ? 0 : over;
          const float each = rows[j] == label ? 1 - s[j] : push;
          sum += rows[j] == kEmpty ? 0 : each;
        }
        total += sum;
      }
      loss[i] = static_cast<float>(total * share);
    });
  }
};

// ds = share dloss * ( -1 where the labels are equal, 1 where they are not and s > margin, else 0 ).
class MarginGrad {
 public:
  explicit MarginGrad(Attributes&) {}
  void compute(Call& call) {
    const float* dloss = call.input(0);
    const Pairs pairs(call, 1);
    if (!pairs.good) return;
    const int64_t n = pairs.shape[0], m = pairs.shape[1];
    float* ds = call.output(0, pairs.shape);
    const float margin = pairs.numbers[0], share = pairs.numbers[1];
    parallelFor(n, 1, [=](int64_t i, int64_t) {
      const float* s = pairs.s + i * m;
      const int32_t* rows = pairs.rowLabels;
      const int32_t label = pairs.labels[i];
      const float d = dloss[i] * share;
      float* out = ds + i * m;
      for (int64_t j = 0; j < m; ++j) {
        const float push = s[j] > margin ? d : 0;
        const float each = rows[j] == label ? -d : push;
        out[j] = rows[j] == kEmpty ? 0 : each;
      }
    });
  }
};

}  // namespace

bool registerMargin() {
  return registerOperation<Margin>("CsdnetMargin",
                                   {{"s: float", "labels: int32", "rows: int32", "numbers: float"}, {"loss: float"}, {}}) &&
         registerOperation<MarginGrad>(
             "CsdnetMarginGrad", {{"dloss: float", "s: float", "labels: int32", "rows: int32", "numbers: float"}, {"ds: float"}, {}});
}

}  // namespace csdnet
