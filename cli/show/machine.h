/* Formatters of what the keeper tells of the machine: processors, memory, processes, sockets,
 * connections. Pure, as those of show.h. */
#ifndef GATEHOUSE_SHOW_MACHINE_H
#define GATEHOUSE_SHOW_MACHINE_H

#include "cli/show/show.h"

/* show cpu [usage] */
void show_cpu(struct text *out, const struct msg_rec_system *);
/* show memory */
void show_memory(struct text *out, const struct msg_rec_system *);
/* show processes [cpu-usage | memory] */
enum show_processes_form { SHOW_PROCESSES, SHOW_PROCESSES_CPU, SHOW_PROCESSES_MEMORY };
void show_processes(
    struct text *out, const struct msg_rec_process *rec, size_t n, enum show_processes_form);
/* show asp table socket, show tcp|udp listeners: of one protocol (0 = all); only those that wait
 * for others. */
void show_sockets(
    struct text *out, const struct msg_rec_socket *rec, size_t n, uint8_t protocol, bool listeners);

#endif
