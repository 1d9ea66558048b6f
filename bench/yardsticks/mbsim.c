// mbsim.c - small, fast Modbus-TCP slave simulator (yardstick only).
// Listens on GW consecutive ports of 127.0.0.1 starting at PORT (one port = one RS485 gateway).
// Answers FC3/FC4 for every unit id 1..247 with deterministic registers (unit, gateway, counter).
// Optional fixed turnaround per gateway (DELAY_US) with one request in flight per gateway, like a
// real serial bus behind a gateway: requests queue FIFO and are answered DELAY_US apart.
// usage: mbsim PORT GW SECONDS [DELAY_US]       (ends by itself after SECONDS)
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#define MAXFD 65536
#define BUF 16384
typedef struct {
  uint8_t b[BUF];
  int n;
  int gw;
  int listener;
  int qwait;
  uint64_t due;
} conn;
static conn *C[MAXFD];
static volatile sig_atomic_t stop;
static uint64_t polls, writes_;
static void onsig(int s) {
  (void)s;
  stop = 1;
}
static uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}
static void setnb(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }
// answers at most `max` complete requests in c->b; returns number answered, -1 on protocol error
static int serve(int fd, conn *c, int max) {
  uint8_t out[65536];
  int o = 0, p = 0, k = 0;
  while (k < max && c->n - p >= 8) {
    uint8_t *r = c->b + p;
    int len = r[4] << 8 | r[5];
    if (len < 2 || len > 260) return -1;
    if (c->n - p < 6 + len) break;
    if (o > (int)sizeof(out) - 300) break;
    uint8_t fc = r[7], unit = r[6];
    uint8_t *w = out + o;
    memcpy(w, r, 4);
    w[6] = unit;
    if ((fc == 3 || fc == 4) && len == 6) {
      int addr = r[8] << 8 | r[9], cnt = r[10] << 8 | r[11];
      if (cnt < 1 || cnt > 125) {
        w[7] = fc | 0x80;
        w[8] = 3;
        w[4] = 0;
        w[5] = 3;
        o += 9;
      } else {
        w[7] = fc;
        w[8] = cnt * 2;
        for (int i = 0; i < cnt; i++) {
          uint16_t v = (uint16_t)(addr + i + unit * 7 + c->gw * 13);
          w[9 + 2 * i] = v >> 8;
          w[10 + 2 * i] = v;
        }
        int L = 3 + cnt * 2;
        w[4] = L >> 8;
        w[5] = L;
        o += 6 + L;
      }
      polls++;
    } else if (fc == 6 || fc == 16) {
      memcpy(w + 7, r + 7, 5);
      w[4] = 0;
      w[5] = 6;
      o += 12;
      polls++;
    } else {
      w[7] = fc | 0x80;
      w[8] = 1;
      w[4] = 0;
      w[5] = 3;
      o += 9;
    }
    p += 6 + len;
    k++;
  }
  if (o) {
    ssize_t x = send(fd, out, o, MSG_NOSIGNAL);
    writes_++;
    if (x != o) return -1;
  }
  if (p) {
    memmove(c->b, c->b + p, c->n - p);
    c->n -= p;
  }
  return k;
}
static int waiting[MAXFD];
static int nw;
static int open_listeners(int ep, int port, int gw) {
  for (int g = 0; g < gw; g++) {
    int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port + g)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(s, (void *)&a, sizeof a) || listen(s, 64)) {
      perror("bind");
      return 1;
    }
    setnb(s);
    conn *c = calloc(1, sizeof *c);
    c->gw = g;
    c->listener = 1;
    C[s] = c;
    struct epoll_event e = {.events = EPOLLIN, .data.fd = s};
    epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
  }
  return 0;
}
static void take_connections(int ep, int fd, int gw) {
  int s;
  while ((s = accept4(fd, 0, 0, SOCK_NONBLOCK)) >= 0) {
    int one = 1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (s >= MAXFD) {
      close(s);
      continue;
    }
    conn *d = calloc(1, sizeof *d);
    d->gw = gw;
    C[s] = d;
    struct epoll_event e = {.events = EPOLLIN, .data.fd = s};
    epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
  }
}
static void drop(int fd) {
  for (int k = 0; k < nw; k++)
    if (waiting[k] == fd) {
      waiting[k] = waiting[--nw];
      break;
    }
  close(fd);
  free(C[fd]);
  C[fd] = 0;
}
static void serve_due(uint64_t delay) {
  uint64_t t = now_us();
  for (int i = 0; i < nw;) {
    int fd = waiting[i];
    conn *c = C[fd];
    if (c->due <= t) {
      serve(fd, c, 1);
      if (c->n >= 8)
        c->due = t + delay;
      else {
        c->qwait = 0;
        waiting[i] = waiting[--nw];
        continue;
      }
    }
    i++;
  }
}
int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: mbsim PORT GW SECONDS [DELAY_US]\n");
    return 2;
  }
  int port = atoi(argv[1]), gw = atoi(argv[2]);
  double secs = atof(argv[3]);
  uint64_t delay = argc > 4 ? strtoull(argv[4], 0, 10) : 0;
  signal(SIGTERM, onsig);
  signal(SIGINT, onsig);
  struct rlimit rl = {60000, 60000};
  setrlimit(RLIMIT_NOFILE, &rl);
  int ep = epoll_create1(0);
  if (open_listeners(ep, port, gw)) return 1;
  printf("ready\n");
  fflush(stdout);
  uint64_t t0 = now_us(), end = t0 + (uint64_t)(secs * 1e6);
  static struct epoll_event ev[1024];
  while (!stop && now_us() < end) {
    int to = 200;
    if (nw) to = 0;
    if (nw) {  // sleep until the earliest due gateway (epoll_pwait2 would be finer; 1 ms
               // granularity kept out by busy 0)
      uint64_t n = now_us(), m = ~0ull;
      for (int i = 0; i < nw; i++)
        if (C[waiting[i]] && C[waiting[i]]->due < m) m = C[waiting[i]]->due;
      to = m > n ? (int)((m - n + 999) / 1000) : 0;
    }
    int n = epoll_wait(ep, ev, 1024, to);
    for (int i = 0; i < n; i++) {
      int fd = ev[i].data.fd;
      conn *c = C[fd];
      if (c->listener) {
        take_connections(ep, fd, c->gw);
        continue;
      }
      ssize_t r = recv(fd, c->b + c->n, BUF - c->n, 0);
      int bad = r == 0 || (r < 0 && errno != EAGAIN);
      if (r > 0) {
        c->n += r;
        if (!delay) {
          if (serve(fd, c, 1 << 30) < 0) bad = 1;
        } else if (!c->qwait) {
          c->qwait = 1;
          c->due = now_us() + delay;
          waiting[nw++] = fd;
        }
      }
      if (bad) {
        drop(fd);
      }
    }
    serve_due(delay);
  }
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  fprintf(stderr, "sim polls=%llu sends=%llu cpu_s=%.2f maxrss_mb=%.1f\n",
          (unsigned long long)polls, (unsigned long long)writes_,
          u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6,
          u.ru_maxrss / 1024.0);
}
