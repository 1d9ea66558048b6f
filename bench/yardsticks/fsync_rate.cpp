// Yardstick: what one durable append costs on this disk. Appends 4 KiB and syncs, N times.
// usage: fsync_rate FOLDER N
// prints: fdatasync n=N per_s=… p50_us=… p99_us=…
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const int count = argc == 3 ? std::atoi(argv[2]) : 0;
  if (count < 1) {
    std::fprintf(stderr, "usage: fsync_rate FOLDER N\n");
    return 2;
  }
  const std::string path = std::string(argv[1]) + "/fsync_rate.tmp";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) {
    std::perror(path.c_str());
    return 1;
  }
  std::array<char, 4096> block{};
  block.fill(7);
  std::vector<double> micros;
  for (int i = 0; i < count; ++i) {
    const auto before = std::chrono::steady_clock::now();
    if (write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        fdatasync(file) != 0) {
      std::perror(path.c_str());
      return 1;
    }
    micros.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - before)
            .count());
  }
  close(file);
  unlink(path.c_str());
  double total = 0;
  for (const double one : micros) total += one;
  std::sort(micros.begin(), micros.end());
  std::printf("fdatasync n=%d per_s=%.0f p50_us=%.1f p99_us=%.1f\n", count, count / total * 1e6,
              micros[micros.size() / 2], micros[micros.size() * 99 / 100]);
}
