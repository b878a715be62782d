// Batch norm by the statistics of the batch with the activation behind it, and their gradients: each in two passes over the map.
#include <algorithm>
#include <cmath>
#include <vector>

#include "activation.h"
#include "operations.h"

namespace csdnet {
namespace {

// Mean and sum of squared deviations of each channel over some rows, [2, c]. The rows stay in the cache, so that they can be read twice.
void momentsOf(const float* x, int64_t rows, int64_t c, float* moments) {
  float *mean = moments, *squares = moments + c;
  std::fill(moments, moments + 2 * c, 0.0f);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < c; ++i) mean[i] += x[row * c + i];
  for (int64_t i = 0; i < c; ++i) mean[i] /= rows;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < c; ++i) {
      const float d = x[row * c + i] - mean[i];
      squares[i] += d * d;
    }
}

// The same of all rows, from the blocks' (Chan, Golub and LeVeque 1979).
void joinMoments(const std::vector<float>& blocks, int64_t rows, int64_t c, std::vector<double>& mean, std::vector<double>& squares) {
  const int64_t grain = rowsPerBlock(c);
  double seen = 0;
  for (int64_t block = 0; block * grain < rows; ++block) {
    const double count = std::min(grain, rows - block * grain), total = seen + count;
    const float* moments = blocks.data() + 2 * block * c;
    for (int64_t i = 0; i < c; ++i) {
      const double gap = moments[i] - mean[i];
      mean[i] += gap * count / total;
      squares[i] += moments[c + i] + gap * gap * seen * count / total;
    }
    seen = total;
  }
}

template <Activation A>
void normalize(const float* x, const float* mean, const float* scale, const float* beta, float* y, int64_t rows, int64_t c) {
  parallelFor(rows, rowsPerBlock(c), [=](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      const float* in = x + row * c;
      float* out = y + row * c;
#pragma omp simd
      for (int64_t i = 0; i < c; ++i) out[i] = activate<A>((in[i] - mean[i]) * scale[i] + beta[i]);
    }
  });
}

// y = activation(gamma (x - mean) r + beta) with r = 1 / sqrt(var + epsilon); also mean, var with Bessel's correction, and r, each [c].
class BatchNorm {
 public:
  explicit BatchNorm(Attributes& attributes) : epsilon_(attributes.real("epsilon")), activation_(attributes.integer("activation")) {}
  void compute(Call& call) {
    Shape shape, channels;
    const float* x = call.input(0, &shape);
    const float* gamma = call.input(1, &channels);
    const float* beta = call.input(2);
    if (!call.require(!shape.empty() && channels == Shape{shape.back()}, "batch norm: one gamma for each channel is wanted")) return;
    const int64_t c = shape.back(), rows = c ? sizeOf(shape) / c : 0, grain = rowsPerBlock(c);
    float* y = call.output(0, shape);
    float *means = call.output(1, {c}), *variances = call.output(2, {c}), *shares = call.output(3, {c});
    std::vector<float> blocks(2 * ((rows + grain - 1) / grain) * c), scale(c);
    float* const moments = blocks.data();
    parallelFor(rows, grain, [=](int64_t from, int64_t to) { momentsOf(x + from * c, to - from, c, moments + 2 * from / grain * c); });
    std::vector<double> mean(c), squares(c);
    joinMoments(blocks, rows, c, mean, squares);
    for (int64_t i = 0; i < c; ++i) {
      const double r = 1 / std::sqrt(squares[i] / rows + epsilon_);
      means[i] = mean[i];
      variances[i] = squares[i] / std::max<int64_t>(rows - 1, 1);
      shares[i] = r;
      scale[i] = gamma[i] * r;
    }
    withActivation(activation_, [&](auto activation) { normalize<activation()>(x, means, scale.data(), beta, y, rows, c); });
  }

 private:
  float epsilon_;
  int64_t activation_;
};

struct Backward {
  const float *dy, *x, *gamma, *mean, *r, *y;
  float *dx, *dgamma, *dbeta;
  int64_t rows, c;
};

// With u = (x - mean) r and dz = dy where y is on the slope of its activation, else 0:
//   dbeta = sum of dz,  dgamma = sum of dz u,  dx = gamma r (dz - dbeta / rows - u dgamma / rows).
template <Activation A>
void differentiate(const Backward& b) {
  const int64_t c = b.c, grain = rowsPerBlock(c);
  std::vector<float> scale(c), shift(c), along(c);
  ColumnSums sums(b.rows, c, 2);
  parallelFor(b.rows, grain, [=, &sums](int64_t from, int64_t to) {
    float *ofBeta = sums.of(from, 0), *ofGamma = sums.of(from, 1);
    for (int64_t row = from; row < to; ++row) {
      const float *dy = b.dy + row * c, *x = b.x + row * c, *y = b.y + row * c;
      const float *mean = b.mean, *r = b.r;
#pragma omp simd
      for (int64_t i = 0; i < c; ++i) {
        const float dz = dy[i] * slope<A>(y[i]);
        ofBeta[i] += dz;
        ofGamma[i] += dz * ((x[i] - mean[i]) * r[i]);
      }
    }
  });
  std::vector<double> beta(c), gamma(c);
  sums.join(beta.data(), 0);
  sums.join(gamma.data(), 1);
  for (int64_t i = 0; i < c; ++i) {
    b.dbeta[i] = beta[i];
    b.dgamma[i] = gamma[i];
    scale[i] = b.gamma[i] * b.r[i];
    shift[i] = beta[i] / b.rows;
    along[i] = gamma[i] / b.rows * b.r[i];
  }
  const float *ofScale = scale.data(), *ofShift = shift.data(), *ofAlong = along.data();
  parallelFor(b.rows, grain, [=](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      const float *dy = b.dy + row * c, *x = b.x + row * c, *y = b.y + row * c, *mean = b.mean;
      float* dx = b.dx + row * c;
#pragma omp simd
      for (int64_t i = 0; i < c; ++i) {
        const float dz = dy[i] * slope<A>(y[i]);
        dx[i] = ofScale[i] * (dz - ofShift[i] - (x[i] - mean[i]) * ofAlong[i]);
      }
    }
  });
}

class BatchNormGrad {
 public:
  explicit BatchNormGrad(Attributes& attributes) : activation_(attributes.integer("activation")) {}
  void compute(Call& call) {
    Shape shape, others[2];
    const float* dy = call.input(0, &shape);
    const float* x = call.input(1, &others[0]);
    const float *gamma = call.input(2), *mean = call.input(3), *r = call.input(4);
    const float* y = call.input(5, &others[1]);
    if (!call.require(!shape.empty() && shape == others[0] && shape == others[1], "batch norm: dy, x and y of the same shape are wanted"))
      return;
    const int64_t c = shape.back(), rows = c ? sizeOf(shape) / c : 0;
    const Backward b{dy, x, gamma, mean, r, y, call.output(0, shape), call.output(1, {c}), call.output(2, {c}), rows, c};
    withActivation(activation_, [&](auto activation) { differentiate<activation()>(b); });
  }

 private:
  int64_t activation_;
};

}  // namespace

bool registerBatchNorm() {
  return registerOperation<BatchNorm>("CsdnetBatchNorm",
                                      {{"x: float", "gamma: float", "beta: float"},
                                       {"y: float", "mean: float", "variance: float", "scale: float"},
                                       {"epsilon: float", "activation: int"}}) &&
         registerOperation<BatchNormGrad>("CsdnetBatchNormGrad",
                                          {{"dy: float", "x: float", "gamma: float", "mean: float", "scale: float", "y: float"},
                                           {"dx: float", "dgamma: float", "dbeta: float"},
                                           {"activation: int"}});
}

}  // namespace csdnet
