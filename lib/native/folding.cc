// Batch norm with stored statistics folded into the kernels before it, for all layers of a network in one call.
#include <cmath>
#include <string>
#include <vector>

#include "operations.h"

namespace csdnet {
namespace {

// With r = 1 / sqrt(var + epsilon) and s = gamma r, by channel:  folded = kernel s,  bias = beta - mean s.
// A kernel's last axis is its channels (or its last but one, where the last has one place: a depthwise kernel).
class Fold {
 public:
  explicit Fold(Attributes& attributes) : count_(attributes.integer("count")), epsilon_(attributes.real("epsilon")) {}
  void compute(Call& call) {
    const int n = static_cast<int>(count_);
    for (int t = 0; t < n; ++t) {
      Shape shape, channels;
      const float* kernel = call.input(t, &shape);
      const float* gamma = call.input(n + t, &channels);
      const float *beta = call.input(2 * n + t), *mean = call.input(3 * n + t), *var = call.input(4 * n + t);
      const int64_t c = sizeOf(channels), size = sizeOf(shape);
      if (!call.require(c > 0 && size % c == 0, "fold: a kernel of as many channels as gamma is wanted, not so in layer " + std::to_string(t)))
        return;
      float* folded = call.output(t, shape);
      float* bias = call.output(n + t, channels);
      std::vector<float> scale(c);
      for (int64_t i = 0; i < c; ++i) {
        scale[i] = gamma[i] / std::sqrt(var[i] + epsilon_);
        bias[i] = beta[i] - mean[i] * scale[i];
      }
      const float* s = scale.data();
      parallelFor(size / c, rowsPerBlock(c), [=](int64_t from, int64_t to) {
        for (int64_t row = from; row < to; ++row)
          for (int64_t i = 0; i < c; ++i) folded[row * c + i] = kernel[row * c + i] * s[i];
      });
    }
  }

 private:
  int64_t count_;
  float epsilon_;
};

// dkernel = dfolded s,  dgamma = r (the sum of dfolded kernel over all axes but the channel's - mean dbias);  dbeta is dbias.
class FoldGrad {
 public:
  explicit FoldGrad(Attributes& attributes) : count_(attributes.integer("count")), epsilon_(attributes.real("epsilon")) {}
  void compute(Call& call) {
    const int n = static_cast<int>(count_);
    for (int t = 0; t < n; ++t) {
      Shape shape, channels;
      const float* dfolded = call.input(t, &shape);
      const float *dbias = call.input(n + t), *kernel = call.input(2 * n + t);
      const float* gamma = call.input(3 * n + t, &channels);
      const float *mean = call.input(4 * n + t), *var = call.input(5 * n + t);
      const int64_t c = sizeOf(channels), rows = c ? sizeOf(shape) / c : 0;
      float* dkernel = call.output(t, shape);
      float* dgamma = call.output(n + t, channels);
      std::vector<float> r(c);
      ColumnSums sums(rows, c);
      for (int64_t i = 0; i < c; ++i) r[i] = 1.0f / std::sqrt(var[i] + epsilon_);
      const float* share = r.data();
      parallelFor(rows, rowsPerBlock(c), [=, &sums](int64_t from, int64_t to) {
        float* sum = sums.of(from);
        for (int64_t row = from; row < to; ++row)
          for (int64_t i = 0; i < c; ++i) {
            const int64_t at = row * c + i;
            dkernel[at] = dfolded[at] * gamma[i] * share[i];
            sum[i] += dfolded[at] * kernel[at];
          }
      });
      sums.join(dgamma);
      for (int64_t i = 0; i < c; ++i) dgamma[i] = r[i] * (dgamma[i] - mean[i] * dbias[i]);
    }
  }

 private:
  int64_t count_;
  float epsilon_;
};

}  // namespace

bool registerFolding() {
  return registerOperation<Fold>(
             "CsdnetFold",
             {{"kernel: count * float", "gamma: count * float", "beta: count * float", "mean: count * float", "var: count * float"},
              {"folded: count * float", "bias: count * float"},
              {"count: int >= 1", "epsilon: float"}}) &&
         registerOperation<FoldGrad>("CsdnetFoldGrad",
                                     {{"dfolded: count * float", "dbias: count * float", "kernel: count * float", "gamma: count * float",
                                       "mean: count * float", "var: count * float"},
                                      {"dkernel: count * float", "dgamma: count * float"},
                                      {"count: int >= 1", "epsilon: float"}});
}

}  // namespace csdnet
