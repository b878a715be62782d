// What Node loads. Compiled for any processor of its kind, while the kernels beside it are compiled for one level of it: so the question whether
// this processor has that level is asked before one of their instructions runs.
#include <node_api.h>

namespace csdnet {
bool registerAll(int threads);
}

namespace {

bool supported() {
#ifdef CSDNET_LEVEL
  __builtin_cpu_init();
  return __builtin_cpu_supports(CSDNET_LEVEL);
#else
  return true;
#endif
}

// register(threads: number): boolean - whether the operations are TensorFlow's now.
napi_value registerOperations(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  int32_t threads = 1;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_int32(env, argument, &threads);
  napi_get_boolean(env, supported() && csdnet::registerAll(threads), &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "register", NAPI_AUTO_LENGTH, registerOperations, nullptr, &function);
  napi_set_named_property(env, exports, "register", function);
  return exports;
}
