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
/* "5 in use, 7 most used" */
void show_in_use(struct text *out, uint32_t now, uint32_t peak);

struct show_connection { /* strings borrowed */
	const struct msg_rec_connection *rec;
	/* interfaces of the source, of the destination, and of the source as translated */
	const char *source_if, *dest_if;
};

/* A line of show xlate; nothing for a connection that is not translated: false. */
bool show_translation(struct text *out, const struct show_connection *);
/* The legend above those. */
void show_translation_flags(struct text *out);

#endif
