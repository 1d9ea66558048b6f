// epoll_poll.c - floor yardstick: one thread, one epoll, one connection per gateway, 1 request in
// flight per connection (as a half-duplex RS485 bus behind the gateway requires). Decodes nothing
// but checks each reply's transaction id, unit, byte count and first register. usage: epoll_poll
// PORT GW UNITS_TOTAL REGS POLLS [DEPTH]
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
typedef struct {
  int fd;
  int gw;
  int units;
  int next;
  uint16_t tid, exp;
  int infl;
  uint8_t b[8192];
  int n;
  uint8_t q[64];
  int qh, qt;
} G;
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static long sent, done, bad, lim;
static int regs;
static int put(G* g, uint8_t* w) {
  int u = 1 + g->next;
  g->next = (g->next + 1) % g->units;
  g->tid++;
  w[0] = g->tid >> 8;
  w[1] = g->tid;
  w[2] = w[3] = 0;
  w[4] = 0;
  w[5] = 6;
  w[6] = u;
  w[7] = 3;
  w[8] = 0;
  w[9] = 0;
  w[10] = regs >> 8;
  w[11] = regs;
  g->q[g->qt++ & 63] = u;
  g->infl++;
  sent++;
  return 12;
}
static int connect_all(G* g, int ep, int port, int gw, int tot) {
  for (int i = 0; i < gw; i++) {
    g[i].gw = i;
    g[i].units = tot / gw + (i < tot % gw);
    g[i].exp = 1;
    g[i].fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port + i)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(g[i].fd, (void*)&a, sizeof a)) {
      perror("connect");
      return 1;
    }
    int one = 1;
    setsockopt(g[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = &g[i]};
    epoll_ctl(ep, EPOLL_CTL_ADD, g[i].fd, &e);
  }
  return 0;
}
int main(int c, char** v) {
  if (c < 6) return 2;
  int port = atoi(v[1]), gw = atoi(v[2]), tot = atoi(v[3]);
  regs = atoi(v[4]);
  lim = atol(v[5]);
  int depth = c > 6 ? atoi(v[6]) : 1;
  G* g = calloc(gw, sizeof *g);
  int ep = epoll_create1(0);
  if (connect_all(g, ep, port, gw, tot)) return 1;
  double t0 = now();
  uint8_t out[4096];
  for (int i = 0; i < gw; i++) {
    int o = 0;
    for (int k = 0; k < depth; k++) o += put(&g[i], out + o);
    if (send(g[i].fd, out, o, 0) != o) bad++;
  }
  struct epoll_event ev[512];
  int rl = 9 + 2 * regs;
  while (done < lim) {
    int n = epoll_wait(ep, ev, 512, 5000);
    if (n <= 0) {
      fprintf(stderr, "stall\n");
      break;
    }
    for (int i = 0; i < n; i++) {
      G* x = ev[i].data.ptr;
      ssize_t r = recv(x->fd, x->b + x->n, sizeof x->b - x->n, MSG_DONTWAIT);
      if (r <= 0) {
        if (r < 0 && errno == EAGAIN) continue;
        fprintf(stderr, "closed\n");
        return 1;
      }
      x->n += r;
      int p = 0, o = 0;
      while (x->n - p >= rl) {
        uint8_t* b = x->b + p;
        int u = x->q[x->qh++ & 63];
        uint16_t t = b[0] << 8 | b[1], val = b[9] << 8 | b[10];
        if (t != x->exp || b[6] != u || b[8] != 2 * regs || val != (uint16_t)(u * 7 + x->gw * 13))
          bad++;
        x->exp++;
        x->infl--;
        p += rl;
        done++;
        if (sent < lim) o += put(x, out + o);
      }
      memmove(x->b, x->b + p, x->n - p);
      x->n -= p;
      if (o && send(x->fd, out, o, 0) != o) bad++;
    }
  }
  double dt = now() - t0;
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  double cpu =
      u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
  printf(
      "epoll_poll depth=%d polls=%ld bad=%ld wall_s=%.2f polls_s=%.0f cpu_s_per_100k=%.2f "
      "maxrss_mb=%.1f\n",
      depth, done, bad, dt, done / dt, cpu / done * 1e5, u.ru_maxrss / 1024.0);
}
