/* show cpu, memory, processes, asp table socket. */
#include "cli/show/machine.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

static uint32_t percent(uint32_t thousandths)
{
	return (thousandths + 5) / 10;
}

void show_cpu(struct text *out, const struct msg_rec_system *s)
{
	text_addf(out, "CPU utilization for 5 seconds = %u%%; 1 minute: %u%%; 5 minutes: %u%%\n",
	    percent(s->cpu_5s), percent(s->cpu_1m), percent(s->cpu_5m));
}

void show_memory(struct text *out, const struct msg_rec_system *s)
{
	/* What the kernel would give back at once counts as free. */
	uint64_t available = s->memory_available < s->memory ? s->memory_available : s->memory;
	uint32_t share = s->memory ? (uint32_t)(available * 100 / s->memory) : 0;

	text_addf(out, "Free memory:  %18" PRIu64 " bytes (%2u%%)\n", available, share);
	text_addf(
	    out, "Used memory:  %18" PRIu64 " bytes (%2u%%)\n", s->memory - available, 100 - share);
	text_add(out, "-------------     ------------------\n");
	text_addf(out, "Total memory: %18" PRIu64 " bytes (100%%)\n", s->memory);
}

static void share(struct text *out, uint32_t thousandths)
{
	text_addf(out, "%4u.%u%%", thousandths / 10, thousandths % 10);
}

static void process_times(struct text *out, const struct msg_rec_process *p)
{
	text_addf(out, "%-10u %-12" PRIu64 " %-12" PRIu64, p->pid, p->runtime_ms, p->resident);
	share(out, p->cpu_5s);
	text_add(out, "  ");
	share(out, p->cpu_1m);
	text_add(out, "  ");
	share(out, p->cpu_5m);
	text_addf(out, "   %s\n", p->name);
}

/* There are no addresses of code to tell; the thread is the process, by its number. */
static void process_shares(struct text *out, const struct msg_rec_process *p)
{
	text_addf(out, "0x00000000 0x%08x ", p->pid);
	share(out, p->cpu_5s);
	text_add(out, "   ");
	share(out, p->cpu_1m);
	text_add(out, "   ");
	share(out, p->cpu_5m);
	text_addf(out, "   %s\n", p->name);
}

void show_processes(
    struct text *out, const struct msg_rec_process *rec, size_t n, enum show_processes_form form)
{
	if (form == SHOW_PROCESSES)
		text_add(
		    out, "PID        Runtime (ms) Memory (b)    5Sec    1Min    5Min   Process\n");
	else if (form == SHOW_PROCESSES_CPU)
		text_add(out, "PC         Thread       5Sec     1Min     5Min   Process\n");
	else
		text_add(out, "Resident (bytes)   Process\n");
	for (size_t i = 0; i < n; i++) {
		if (form == SHOW_PROCESSES)
			process_times(out, &rec[i]);
		else if (form == SHOW_PROCESSES_CPU)
			process_shares(out, &rec[i]);
		else
			text_addf(out, "%16" PRIu64 "   %s\n", rec[i].resident, rec[i].name);
	}
}

/* ---- sockets ------------------------------------------------------------------------ */

static const char *state_word(const struct msg_rec_socket *s)
{
	static const char *const word[] = {[TCP_ESTABLISHED] = "ESTAB",
	    [TCP_SYN_SENT] = "SYNSENT",
	    [TCP_SYN_RECV] = "SYNRCVD",
	    [TCP_FIN_WAIT1] = "FINWAIT1",
	    [TCP_FIN_WAIT2] = "FINWAIT2",
	    [TCP_TIME_WAIT] = "TIMEWAIT",
	    [TCP_CLOSE] = "CLOSED",
	    [TCP_CLOSE_WAIT] = "CLOSEWAIT",
	    [TCP_LAST_ACK] = "LASTACK",
	    [TCP_LISTEN] = "LISTEN",
	    [TCP_CLOSING] = "CLOSING"};

	if (s->protocol == IPPROTO_UDP)
		return s->remote_port ? "ESTAB" : "LISTEN";
	return s->state < sizeof word / sizeof *word && word[s->state] ? word[s->state] : "-";
}

static void endpoint(char *to, size_t size, const struct addr *a, uint16_t port)
{
	char text[ADDR_TEXT_MAX];

	if (port)
		snprintf(to, size, "%s:%u", addr_text(a, text), port);
	else
		snprintf(to, size, "%s:*", addr_text(a, text));
}

void show_sockets(
    struct text *out, const struct msg_rec_socket *rec, size_t n, uint8_t protocol, bool listeners)
{
	char local[64], remote[64];

	text_add(out, "Protocol  Socket    State      "
		      "Local Address           Foreign Address\n");
	for (size_t i = 0; i < n; i++) {
		const char *state = state_word(&rec[i]);

		if ((protocol && rec[i].protocol != protocol) ||
		    (listeners && strcmp(state, "LISTEN") != 0))
			continue;
		endpoint(local, sizeof local, &rec[i].local, rec[i].local_port);
		endpoint(remote, sizeof remote, &rec[i].remote, rec[i].remote_port);
		text_addf(out, "%-9s %08x  %-10s %-23s %s\n",
		    rec[i].protocol == IPPROTO_TCP ? "TCP" : "UDP", (uint32_t)rec[i].inode, state,
		    local, remote);
	}
}
