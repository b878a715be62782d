// Bias and activation in one pass over a map, and their gradients in one pass; GELU and its gradient.
#include "activation.h"
#include "math.h"
#include "operations.h"

namespace csdnet {
namespace {

template <Activation A>
void addBias(float* x, const float* bias, int64_t rows, int64_t c) {
  parallelFor(rows, rowsPerBlock(c), [=](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      float* at = x + row * c;
      for (int64_t i = 0; i < c; ++i) at[i] = activate<A>(at[i] + bias[i]);
    }
  });
}

// x becomes activation(x + bias), for x [..., c] and bias [c]: in place, for the product that it belongs to has just been made.
class BiasActivate {
 public:
  explicit BiasActivate(Attributes& attributes) : activation_(attributes.integer("activation")) {}
  void compute(Call& call) {
    Shape shape, channels;
    float* x = call.mutableInput(0, &shape);
    const float* bias = call.input(1, &channels);
    if (!call.require(!shape.empty() && channels == Shape{shape.back()}, "bias: one number for each channel is wanted")) return;
    const int64_t c = shape.back(), rows = c ? sizeOf(shape) / c : 0;
    withActivation(activation_, [&](auto activation) { addBias<activation()>(x, bias, rows, c); });
  }

 private:
  int64_t activation_;
};

template <Activation A>
void differentiate(const float* dy, const float* y, float* dz, ColumnSums& sums, int64_t rows, int64_t c) {
  parallelFor(rows, rowsPerBlock(c), [=, &sums](int64_t from, int64_t to) {
    float* sum = sums.of(from);
    for (int64_t row = from; row < to; ++row) {
      const int64_t at = row * c;
#pragma omp simd
      for (int64_t i = 0; i < c; ++i) {
        const float d = dy[at + i] * slope<A>(y[at + i]);
        dz[at + i] = d;
        sum[i] += d;
      }
    }
  });
}

// dz = dy where y is on the slope of its activation, else 0; db = the sum of dz over all axes but the last.
class BiasActivateGrad {
 public:
  explicit BiasActivateGrad(Attributes& attributes) : activation_(attributes.integer("activation")) {}
  void compute(Call& call) {
    Shape shape, other;
    const float* dy = call.input(0, &shape);
    const float* y = call.input(1, &other);
    if (!call.require(!shape.empty() && shape == other, "dy and y: tensors of the same shape are wanted")) return;
    const int64_t c = shape.back(), rows = c ? sizeOf(shape) / c : 0;
    float* dz = call.output(0, shape);
    float* db = call.output(1, {c});
    ColumnSums sums(rows, c);
    withActivation(activation_, [&](auto activation) { differentiate<activation()>(dy, y, dz, sums, rows, c); });
    sums.join(db);
  }

 private:
  int64_t activation_;
};

// The distribution function of the standard normal at x, to a relative error of 3e-7 in its left tail; `density` takes its derivative.
inline float normalDistribution(float x, float* density) {
  const float a = __builtin_fabsf(x);
  const float gauss = expOfNegative(-0.5f * a * a);
  // Phi(-a) = exp(-a^2 / 2) t P(t) with t = 1 / (1 + 0.28 a): P is fitted to the relative error over 0 <= a <= 14 (least squares, reweighted).
  const float t = 1.0f / (1.0f + 0.28f * a);
  float p = 0.022790892f;
  p = p * t - 0.0833636522f;
  p = p * t + 0.0697779283f;
  p = p * t + 0.0208420325f;
  p = p * t + 0.0532630645f;
  p = p * t + 0.0920769423f;
  p = p * t + 0.100930773f;
  p = p * t + 0.111994781f;
  p = p * t + 0.111687265f;
  const float tail = gauss * t * p;
  *density = gauss * 0.398942280f;
  return x > 0 ? 1.0f - tail : tail;
}

// y = x Phi(x).
class Gelu {
 public:
  explicit Gelu(Attributes&) {}
  void compute(Call& call) {
    Shape shape;
    const float* x = call.input(0, &shape);
    float* y = call.output(0, shape);
    parallelFor(sizeOf(shape), kBlock, [=](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; ++i) {
        float density;
        y[i] = x[i] * normalDistribution(x[i], &density);
      }
    });
  }
};

// dx = dy (Phi(x) + x phi(x)).
class GeluGrad {
 public:
  explicit GeluGrad(Attributes&) {}
  void compute(Call& call) {
    Shape shape, other;
    const float* dy = call.input(0, &shape);
    const float* x = call.input(1, &other);
    if (!call.require(shape == other, "dy and x: tensors of the same shape are wanted")) return;
    float* dx = call.output(0, shape);
    parallelFor(sizeOf(shape), kBlock, [=](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; ++i) {
        float density;
        const float phi = normalDistribution(x[i], &density);
        dx[i] = dy[i] * (phi + x[i] * density);
      }
    });
  }
};

}  // namespace

bool registerActivations() {
  return registerOperation<BiasActivate>("CsdnetBiasActivate", {{"x: float", "bias: float"}, {}, {"activation: int"}}) &&
         registerOperation<BiasActivateGrad>("CsdnetBiasActivateGrad",
                                             {{"dy: float", "y: float"}, {"dz: float", "db: float"}, {"activation: int"}}) &&
         registerOperation<Gelu>("CsdnetGelu", {{"x: float"}, {"y: float"}, {}}) &&
         registerOperation<GeluGrad>("CsdnetGeluGrad", {{"dy: float", "x: float"}, {"dx: float"}, {}});
}

}  // namespace csdnet
