// The kernel's gradient of a depthwise convolution of maps [n, h, w, c] with TensorFlow's SAME padding.
//
// Channels lie side by side in memory, so the sums of a few of them stay in registers while the outputs pass by. (The same was tried for the other
// two directions, where TensorFlow's kernels are faster.)
#include <algorithm>
#include <vector>

#include "operations.h"

namespace csdnet {
namespace {

// Channels that are summed in registers at a time.
constexpr int64_t kGroup = 16;

struct Geometry {
  int64_t n, h, w, c;       // the input
  int64_t kernel, stride;   // odd or even side; 1 or more
  int64_t rows, columns;    // the output
  int64_t top, left;        // zeros in front of the input

  static Geometry of(const Shape& x, int64_t kernel, int64_t stride) {
    Geometry g{x[0], x[1], x[2], x[3], kernel, stride, 0, 0, 0, 0};
    const auto out = [&](int64_t side) { return (side + stride - 1) / stride; };
    const auto before = [&](int64_t side) { return std::max<int64_t>((out(side) - 1) * stride + kernel - side, 0) / 2; };
    g.rows = out(g.h), g.columns = out(g.w), g.top = before(g.h), g.left = before(g.w);
    return g;
  }
};

// Taps from..to of a kernel that meet the input, for the output at `at`.
struct Taps {
  int64_t from, to;
  Taps(int64_t at, int64_t side, int64_t kernel, int64_t stride, int64_t before)
      : from(std::max<int64_t>(0, before - at * stride)), to(std::min(kernel, side + before - at * stride)) {}
};

// The sums of a group of channels over one image, all taps of the kernel in registers where K is known.
template <int64_t K, int64_t N>
void imageTaps(const float* x, const float* dy, const Geometry& g, float* sums) {
  float sum[K][N] = {};
  for (int64_t row = 0; row < g.rows; ++row) {
    const Taps down(row, g.h, K, g.stride, g.top);
    for (int64_t a = down.from; a < down.to; ++a) {
      for (int64_t b = 0; b < K; ++b)
        for (int64_t i = 0; i < N; ++i) sum[b][i] = sums[(a * K + b) * N + i];
      const float* line = x + ((row * g.stride + a - g.top) * g.w - g.left) * g.c;
      for (int64_t column = 0; column < g.columns; ++column) {
        const Taps across(column, g.w, K, g.stride, g.left);
        const float* in = line + column * g.stride * g.c;
        const float* d = dy + (row * g.columns + column) * g.c;
        if (across.from == 0 && across.to == K) {
          for (int64_t b = 0; b < K; ++b)
            for (int64_t i = 0; i < N; ++i) sum[b][i] += in[b * g.c + i] * d[i];
        } else {
          for (int64_t b = across.from; b < across.to; ++b)
            for (int64_t i = 0; i < N; ++i) sum[b][i] += in[b * g.c + i] * d[i];
        }
      }
      for (int64_t b = 0; b < K; ++b)
        for (int64_t i = 0; i < N; ++i) sums[(a * K + b) * N + i] = sum[b][i];
    }
  }
}

template <int64_t N>
void imageTaps(const float* x, const float* dy, const Geometry& g, float* sums) {
  if (g.kernel == 5) return imageTaps<5, N>(x, dy, g, sums);
  for (int64_t row = 0; row < g.rows; ++row) {
    const Taps down(row, g.h, g.kernel, g.stride, g.top);
    for (int64_t column = 0; column < g.columns; ++column) {
      const Taps across(column, g.w, g.kernel, g.stride, g.left);
      const float* d = dy + (row * g.columns + column) * g.c;
      for (int64_t a = down.from; a < down.to; ++a)
        for (int64_t b = across.from; b < across.to; ++b) {
          const float* in = x + ((row * g.stride + a - g.top) * g.w + column * g.stride - g.left + b) * g.c;
          for (int64_t i = 0; i < N; ++i) sums[(a * g.kernel + b) * N + i] += in[i] * d[i];
        }
    }
  }
}

// dkernel[a, b] = the sum of x[o stride + (a, b) - before] dy[o] over images and outputs o.
class DepthwiseKernelGrad {
 public:
  explicit DepthwiseKernelGrad(Attributes& attributes) : stride_(attributes.integer("stride")), kernel_(attributes.integer("kernel")) {}
  void compute(Call& call) {
    Shape shape, out;
    const float* x = call.input(0, &shape);
    const float* dy = call.input(1, &out);
    if (!call.require(shape.size() == 4, "depthwise: a map [n, h, w, c] is wanted")) return;
    const Geometry g = Geometry::of(shape, kernel_, stride_);
    if (!call.require(out == Shape({g.n, g.rows, g.columns, g.c}), "depthwise: dy does not have the size of the output")) return;
    const int64_t taps = g.kernel * g.kernel;
    float* dkernel = call.output(0, {g.kernel, g.kernel, g.c, 1});
    // One group of channels over all images by each thread: the sums of a group are in one order, whatever the number of threads.
    const int64_t groups = (g.c + kGroup - 1) / kGroup;
    parallelFor(groups, 1, [=](int64_t group, int64_t) {
      const int64_t first = group * kGroup, count = std::min(kGroup, g.c - first);
      std::vector<float> total(taps * count), sums(taps * count);
      const int64_t in = g.h * g.w * g.c, made = g.rows * g.columns * g.c;
      for (int64_t image = 0; image < g.n; ++image) {
        std::fill(sums.begin(), sums.end(), 0.0f);
        if (count == kGroup)
          imageTaps<kGroup>(x + image * in + first, dy + image * made + first, g, sums.data());
        else
          for (int64_t i = 0; i < count; ++i) {
            std::vector<float> one(taps);
            imageTaps<1>(x + image * in + first + i, dy + image * made + first + i, g, one.data());
            for (int64_t tap = 0; tap < taps; ++tap) sums[tap * count + i] = one[tap];
          }
        for (int64_t i = 0; i < taps * count; ++i) total[i] += sums[i];
      }
      for (int64_t tap = 0; tap < taps; ++tap)
        for (int64_t i = 0; i < count; ++i) dkernel[tap * g.c + first + i] = total[tap * count + i];
    });
  }

 private:
  int64_t stride_, kernel_;
};

}  // namespace

bool registerDepthwise() {
  return registerOperation<DepthwiseKernelGrad>("CsdnetDepthwiseKernelGrad",
                                                {{"x: float", "dy: float"}, {"dkernel: float"}, {"stride: int >= 1", "kernel: int >= 1"}});
}

}  // namespace csdnet
