/* A Modbus TCP server by libmodbus for tests: prints `ready <port>` and runs until it is ended.
 * Register n holds 0x1000 + n, as unit 1 of pymodbus_server.py; libmodbus answers every unit. */
#include <arpa/inet.h>
#include <modbus.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kRegisters = 0x0200, kFirstValue = 0x1000 };

static int port_of(int listener) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  if (getsockname(listener, (struct sockaddr*)&address, &size) != 0) return -1;
  return ntohs(address.sin_port);
}

static void serve(modbus_t* context, modbus_mapping_t* mapping) {
  uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
  for (;;) {
    const int size = modbus_receive(context, request);
    if (size < 0) return;
    if (size > 0 && modbus_reply(context, request, size, mapping) < 0) return;
  }
}

int main(void) {
  modbus_t* context = modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t* mapping = modbus_mapping_new(0, 0, kRegisters, kRegisters);
  if (context == NULL || mapping == NULL) return 1;
  for (int i = 0; i < kRegisters; ++i)
    mapping->tab_registers[i] = mapping->tab_input_registers[i] = (uint16_t)(kFirstValue + i);
  int listener = modbus_tcp_listen(context, 1);
  if (listener < 0) return 1;
  printf("ready %d\n", port_of(listener));
  fflush(stdout);
  while (modbus_tcp_accept(context, &listener) >= 0) {
    serve(context, mapping);
    close(modbus_get_socket(context));
  }
  return 1;
}
