// What attention does beside its products: heads apart and together, and softmax with its gradient.
#include "math.h"
#include "operations.h"

namespace csdnet {
namespace {

// How rows [n tokens, parts heads size] lie apart, as `parts` tensors [n, heads, tokens, size].
struct Heads {
  int64_t rows, parts, heads, tokens, size;

  // Calls copy(together, apart) with the places of each head of each row of a part.
  template <typename Copy>
  void each(int64_t part, const Copy& copy) const {
    const Heads h = *this;
    parallelFor(rows, rowsPerBlock(heads * size), [=](int64_t from, int64_t to) {
      for (int64_t row = from; row < to; ++row)
        for (int64_t head = 0; head < h.heads; ++head)
          copy(((row * h.parts + part) * h.heads + head) * h.size, ((row / h.tokens * h.heads + head) * h.tokens + row % h.tokens) * h.size);
    });
  }
};

void copyScaled(const float* in, float* out, int64_t count, float scale) {
  for (int64_t i = 0; i < count; ++i) out[i] = in[i] * scale;
}

// rows [n tokens, parts heads size] -> `parts` tensors [n, heads, tokens, size]; the first is multiplied by `scale`.
class SplitHeads {
 public:
  explicit SplitHeads(Attributes& attributes)
      : parts_(attributes.integer("parts")), heads_(attributes.integer("heads")), tokens_(attributes.integer("tokens")),
        scale_(attributes.real("scale")) {}
  void compute(Call& call) {
    Shape shape;
    const float* x = call.input(0, &shape);
    const int64_t parts = parts_, heads = heads_, tokens = tokens_;
    if (!call.require(shape.size() == 2 && shape[0] % tokens == 0 && shape[1] % (parts * heads) == 0,
                      "heads: rows and columns that divide into sequences and heads are wanted"))
      return;
    const int64_t rows = shape[0], size = shape[1] / (parts * heads);
    const Heads all{rows, parts, heads, tokens, size};
    for (int64_t part = 0; part < parts; ++part) {
      float* y = call.output(static_cast<int>(part), {rows / tokens, heads, tokens, size});
      const float scale = part == 0 ? scale_ : 1.0f;
      all.each(part, [=](int64_t together, int64_t apart) { copyScaled(x + together, y + apart, size, scale); });
    }
  }

 private:
  int64_t parts_, heads_, tokens_;
  float scale_;
};

// The way back: `parts` tensors [n, heads, tokens, size] -> [n tokens, parts heads size]; the first is multiplied by `scale`.
class MergeHeads {
 public:
  explicit MergeHeads(Attributes& attributes) : scale_(attributes.real("scale")) {}
  void compute(Call& call) {
    const int64_t parts = call.inputs();
    Shape shape;
    call.input(0, &shape);
    if (!call.require(shape.size() == 4, "heads: tensors [n, heads, tokens, size] are wanted")) return;
    const int64_t heads = shape[1], tokens = shape[2], size = shape[3], rows = shape[0] * tokens;
    const Heads all{rows, parts, heads, tokens, size};
    float* y = call.output(0, {rows, parts * heads * size});
    for (int64_t part = 0; part < parts; ++part) {
      Shape other;
      const float* x = call.input(static_cast<int>(part), &other);
      if (!call.require(shape == other, "heads: tensors of the same shape are wanted")) return;
      const float scale = part == 0 ? scale_ : 1.0f;
      all.each(part, [=](int64_t together, int64_t apart) { copyScaled(x + apart, y + together, size, scale); });
    }
  }

 private:
  float scale_;
};

// Over the last axis: p = exp(x - max) / sum. A row that holds a NaN becomes NaN.
class Softmax {
 public:
  explicit Softmax(Attributes&) {}
  void compute(Call& call) {
    Shape shape;
    const float* x = call.input(0, &shape);
    if (!call.require(!shape.empty() && shape.back() > 0, "softmax: rows of one number at least are wanted")) return;
    const int64_t d = shape.back(), rows = sizeOf(shape) / d;
    float* y = call.output(0, shape);
    parallelFor(rows, rowsPerBlock(d), [=](int64_t from, int64_t to) {
      for (int64_t row = from; row < to; ++row) {
        const float* in = x + row * d;
        float* out = y + row * d;
        float top = in[0], sum = 0;
#pragma omp simd reduction(max : top)
        for (int64_t i = 0; i < d; ++i) top = in[i] > top ? in[i] : top;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < d; ++i) {
          out[i] = expOfNegative(in[i] - top);
          sum += out[i];
        }
        const float share = 1.0f / sum;
        for (int64_t i = 0; i < d; ++i) out[i] *= share;
      }
    });
  }
};

// dx = p (dp - sum of p dp) over the last axis.
class SoftmaxGrad {
 public:
  explicit SoftmaxGrad(Attributes&) {}
  void compute(Call& call) {
    Shape shape, other;
    const float* dp = call.input(0, &shape);
    const float* p = call.input(1, &other);
    if (!call.require(!shape.empty() && shape == other, "softmax: dp and p of the same shape are wanted")) return;
    const int64_t d = shape.back(), rows = d ? sizeOf(shape) / d : 0;
    float* dx = call.output(0, shape);
    parallelFor(rows, rowsPerBlock(d), [=](int64_t from, int64_t to) {
      for (int64_t row = from; row < to; ++row) {
        const float *g = dp + row * d, *q = p + row * d;
        float* out = dx + row * d;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < d; ++i) sum += g[i] * q[i];
        for (int64_t i = 0; i < d; ++i) out[i] = q[i] * (g[i] - sum);
      }
    });
  }
};

}  // namespace

bool registerAttention() {
  return registerOperation<SplitHeads>(
             "CsdnetSplitHeads", {{"x: float"}, {"y: parts * float"}, {"parts: int >= 1", "heads: int", "tokens: int", "scale: float"}}) &&
         registerOperation<MergeHeads>("CsdnetMergeHeads", {{"x: parts * float"}, {"y: float"}, {"parts: int >= 1", "scale: float"}}) &&
         registerOperation<Softmax>("CsdnetSoftmax", {{"x: float"}, {"y: float"}, {}}) &&
         registerOperation<SoftmaxGrad>("CsdnetSoftmaxGrad", {{"dp: float", "p: float"}, {"dx: float"}, {}});
}

}  // namespace csdnet
