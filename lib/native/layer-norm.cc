// Layer normalisation of rows and its gradients, each in one pass from memory: a row stays in the first cache.
#include <cmath>

#include "operations.h"

namespace csdnet {
namespace {

// y = gamma (x - mean) r + beta with r = 1 / sqrt(var + epsilon), by row; mean and r, [rows], are kept for the gradient.
class LayerNorm {
 public:
  explicit LayerNorm(Attributes& attributes) : epsilon_(attributes.real("epsilon")) {}
  void compute(Call& call) {
    Shape shape, scale, offset;
    const float* x = call.input(0, &shape);
    const float* gamma = call.input(1, &scale);
    const float* beta = call.input(2, &offset);
    if (!call.require(shape.size() == 2 && scale == Shape{shape[1]} && scale == offset,
                      "layer norm: x [rows, d], gamma [d] and beta [d] are wanted"))
      return;
    const int64_t rows = shape[0], d = shape[1];
    float* y = call.output(0, shape);
    float* means = call.output(1, {rows});
    float* scales = call.output(2, {rows});
    const float epsilon = epsilon_;
    parallelFor(rows, rowsPerBlock(d), [=](int64_t from, int64_t to) {
      for (int64_t row = from; row < to; ++row) {
        const float* in = x + row * d;
        float* out = y + row * d;
        float sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < d; ++i) sum += in[i];
        const float mean = sum / d;
#pragma omp simd reduction(+ : squares)
        for (int64_t i = 0; i < d; ++i) squares += (in[i] - mean) * (in[i] - mean);
        const float r = 1.0f / std::sqrt(squares / d + epsilon);
        means[row] = mean;
        scales[row] = r;
        for (int64_t i = 0; i < d; ++i) out[i] = gamma[i] * ((in[i] - mean) * r) + beta[i];
      }
    });
  }

 private:
  float epsilon_;
};

// With u = (x - mean) r and du = gamma dy:
//   dx = r (du - mean(du) - u mean(u du)),  dgamma = sum over rows of u dy,  dbeta = sum over rows of dy.
class LayerNormGrad {
 public:
  explicit LayerNormGrad(Attributes&) {}
  void compute(Call& call) {
    Shape shape, other;
    const float* dy = call.input(0, &shape);
    const float* x = call.input(1, &other);
    const float* gamma = call.input(2);
    const float* means = call.input(3);
    const float* scales = call.input(4);
    if (!call.require(shape.size() == 2 && shape == other, "layer norm: dy and x [rows, d] are wanted")) return;
    const int64_t rows = shape[0], d = shape[1];
    float* dx = call.output(0, shape);
    float* dgamma = call.output(1, {d});
    float* dbeta = call.output(2, {d});
    ColumnSums sums(rows, d, 2);
    parallelFor(rows, rowsPerBlock(d), [=, &sums](int64_t from, int64_t to) {
      float *ofGamma = sums.of(from, 0), *ofBeta = sums.of(from, 1);
      for (int64_t row = from; row < to; ++row) {
        const float *g = dy + row * d, *in = x + row * d;
        float* out = dx + row * d;
        const float mean = means[row], r = scales[row];
        float sum = 0, along = 0;
#pragma omp simd reduction(+ : sum, along)
        for (int64_t i = 0; i < d; ++i) {
          const float u = (in[i] - mean) * r, du = gamma[i] * g[i];
          sum += du;
          along += u * du;
          ofGamma[i] += u * g[i];
          ofBeta[i] += g[i];
        }
        sum /= d;
        along /= d;
        for (int64_t i = 0; i < d; ++i) out[i] = r * (gamma[i] * g[i] - sum - (in[i] - mean) * r * along);
      }
    });
    sums.join(dgamma, 0);
    sums.join(dbeta, 1);
  }
};

}  // namespace

bool registerLayerNorm() {
  return registerOperation<LayerNorm>(
             "CsdnetLayerNorm",
             {{"x: float", "gamma: float", "beta: float"}, {"y: float", "mean: float", "scale: float"}, {"epsilon: float"}}) &&
         registerOperation<LayerNormGrad>("CsdnetLayerNormGrad",
                                          {{"dy: float", "x: float", "gamma: float", "mean: float", "scale: float"},
                                           {"dx: float", "dgamma: float", "dbeta: float"},
                                           {}});
}

}  // namespace csdnet
