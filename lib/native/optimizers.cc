// Updates of all parameters in one call: a network has a hundred small ones, and each call costs more than its arithmetic.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "operations.h"

namespace csdnet {
namespace {

constexpr int64_t kShort = 1024;

// sqrt(the sum of all squares of all tensors).
class GlobalNorm {
 public:
  explicit GlobalNorm(Attributes&) {}
  void compute(Call& call) {
    double total = 0;
    for (int t = 0; t < call.inputs(); ++t) {
      Shape shape;
      const float* x = call.input(t, &shape);
      const int64_t size = sizeOf(shape);
      std::vector<double> sums((size + kBlock - 1) / kBlock);
      double* const partial = sums.data();
      parallelFor(size, kBlock, [=](int64_t from, int64_t to) {
        // Short sums in float32, which is twice as fast and loses nothing that a gradient's norm would show.
        double sum = 0;
        for (int64_t begin = from; begin < to; begin += kShort) {
          const int64_t end = std::min(to, begin + kShort);
          float part = 0;
#pragma omp simd reduction(+ : part)
          for (int64_t i = begin; i < end; ++i) part += x[i] * x[i];
          sum += part;
        }
        partial[from / kBlock] = sum;
      });
      for (const double sum : sums) total += sum;
    }
    *call.output(0, {}) = static_cast<float>(std::sqrt(total));
  }
};

// Inputs of an update: a small tensor of numbers, then lists of `count` tensors each.
struct Lists {
  const int count;
  int at(int list, int tensor) const { return 2 + list * count + tensor; }
};

// AdamW. numbers: beta1, beta2, epsilon, beta1^t, beta2^t, what gradients are multiplied by. steps [count, 2]: rate, and rate times weight decay.
//   g = scale gradient, m += (1 - beta1) (g - m), v += (1 - beta2) (g^2 - v),
//   w = (1 - decay) w - rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)
// Moments are changed in place.
class Adam {
 public:
  explicit Adam(Attributes& attributes) : count_(attributes.integer("count")) {}
  void compute(Call& call) {
    const float* numbers = call.input(0);
    const float* steps = call.input(1);
    const float beta1 = numbers[0], beta2 = numbers[1], scale = numbers[5];
    const float correction = std::sqrt(1 - numbers[4]), epsilon = numbers[2] * correction;
    const Lists lists{static_cast<int>(count_)};
    for (int t = 0; t < lists.count; ++t) {
      Shape shape, others[3];
      const float* gradient = call.input(lists.at(0, t), &shape);
      const float* w = call.input(lists.at(1, t), &others[0]);
      float* m = call.mutableInput(lists.at(2, t), &others[1]);
      float* v = call.mutableInput(lists.at(3, t), &others[2]);
      if (!call.require(shape == others[0] && shape == others[1] && shape == others[2],
                        "Adam: gradient, values and moments of the same shape are wanted, not so in tensor " + std::to_string(t)))
        return;
      float* out = call.output(t, shape);
      const float rate = steps[2 * t] * correction / (1 - numbers[3]), keep = 1 - steps[2 * t + 1];
      parallelFor(sizeOf(shape), kBlock, [=](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; ++i) {
          const float g = gradient[i] * scale;
          m[i] += (1 - beta1) * (g - m[i]);
          v[i] += (1 - beta2) * (g * g - v[i]);
          out[i] = w[i] * keep - rate * m[i] / (std::sqrt(v[i]) + epsilon);
        }
      });
    }
  }

 private:
  int64_t count_;
};

// SGD. numbers: momentum, what gradients are multiplied by. steps as above.
//   u = momentum u + scale gradient,  w = (1 - decay) w - rate u
// The velocity u is changed in place.
class Momentum {
 public:
  explicit Momentum(Attributes& attributes) : count_(attributes.integer("count")) {}
  void compute(Call& call) {
    const float* numbers = call.input(0);
    const float* steps = call.input(1);
    const float momentum = numbers[0], scale = numbers[1];
    const Lists lists{static_cast<int>(count_)};
    for (int t = 0; t < lists.count; ++t) {
      Shape shape, others[2];
      const float* gradient = call.input(lists.at(0, t), &shape);
      const float* w = call.input(lists.at(1, t), &others[0]);
      float* u = call.mutableInput(lists.at(2, t), &others[1]);
      if (!call.require(shape == others[0] && shape == others[1],
                        "Momentum: gradient, values and velocity of the same shape are wanted, not so in tensor " + std::to_string(t)))
        return;
      float* out = call.output(t, shape);
      const float rate = steps[2 * t], keep = 1 - steps[2 * t + 1];
      parallelFor(sizeOf(shape), kBlock, [=](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; ++i) {
          u[i] = momentum * u[i] + scale * gradient[i];
          out[i] = w[i] * keep - rate * u[i];
        }
      });
    }
  }

 private:
  int64_t count_;
};

}  // namespace

bool registerOptimizers() {
  return registerOperation<GlobalNorm>("CsdnetGlobalNorm", {{"x: count * float"}, {"norm: float"}, {"count: int >= 1"}}) &&
         registerOperation<Adam>("CsdnetAdam",
                                 {{"numbers: float", "steps: float", "gradient: count * float", "value: count * float", "first: count * float",
                                   "second: count * float"},
                                  {"moved: count * float"},
                                  {"count: int >= 1"}}) &&
         registerOperation<Momentum>(
             "CsdnetMomentum",
             {{"numbers: float", "steps: float", "gradient: count * float", "value: count * float", "velocity: count * float"},
              {"moved: count * float"},
              {"count: int >= 1"}});
}

}  // namespace csdnet
