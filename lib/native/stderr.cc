// Holds back what native code writes to standard error while a library is loaded, and hands it over as text.
//
// TensorFlow logs from its static initialisers, before it has read TF_CPP_MIN_LOG_LEVEL; Node has no call that turns a file descriptor aside. Where
// loading ends in a fatal signal (a processor without the instructions that the library needs), what was held is written first.
#include <fcntl.h>
#include <node_api.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <string>

namespace {

constexpr int kFatal[] = {SIGABRT, SIGILL};

FILE* file = nullptr;
int held = -1;     // where standard error goes meanwhile
int outside = -1;  // where it went before
struct sigaction before[2];

void onFatal(int signal) {
  char part[4096];
  lseek(held, 0, SEEK_SET);
  for (ssize_t n; (n = read(held, part, sizeof part)) > 0;)
    if (write(outside, part, static_cast<size_t>(n)) < 0) break;
  dup2(outside, STDERR_FILENO);
  raise(signal);  // by its default, which SA_RESETHAND has put back
}

// hold(): boolean - whether standard error is held back from now on; false where it is already, or cannot be.
napi_value hold(napi_env env, napi_callback_info) {
  napi_value result;
  const bool free = file == nullptr;
  if (free && (file = tmpfile()) != nullptr) {
    held = fileno(file);
    outside = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (outside < 0 || dup2(held, STDERR_FILENO) < 0) {
      if (outside >= 0) close(outside);
      fclose(file);
      file = nullptr;
    } else {
      struct sigaction action = {};
      action.sa_handler = onFatal;
      action.sa_flags = SA_RESETHAND;
      for (int i = 0; i < 2; i++) sigaction(kFatal[i], &action, &before[i]);
    }
  }
  napi_get_boolean(env, free && file != nullptr, &result);
  return result;
}

// release(): string - standard error is as before; what was written to it meanwhile.
napi_value release(napi_env env, napi_callback_info) {
  std::string text;
  if (file != nullptr) {
    for (int i = 0; i < 2; i++) sigaction(kFatal[i], &before[i], nullptr);
    dup2(outside, STDERR_FILENO);
    close(outside);
    char part[4096];
    lseek(held, 0, SEEK_SET);
    for (ssize_t n; (n = read(held, part, sizeof part)) > 0;) text.append(part, static_cast<size_t>(n));
    fclose(file);
    file = nullptr;
  }
  napi_value result;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "hold", NAPI_AUTO_LENGTH, hold, nullptr, &function);
  napi_set_named_property(env, exports, "hold", function);
  napi_create_function(env, "release", NAPI_AUTO_LENGTH, release, nullptr, &function);
  napi_set_named_property(env, exports, "release", function);
  return exports;
}
