/* What processes use; see roles.h. */
#include "tests/load/roles.h"

#include <dirent.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static bool slurp(const char *path, char *to, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return false;
	n = fread(to, 1, size - 1, f);
	to[n] = '\0';
	fclose(f);
	return n > 0;
}

static uint64_t thread_cpu(pid_t pid, pid_t tid)
{
	char path[96], text[128];

	snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", pid, tid);
	return slurp(path, text, sizeof text) ? strtoull(text, NULL, 10) : 0;
}

/* Does it wait? The state stands behind the name in parentheses. */
static bool rests(pid_t pid, pid_t tid)
{
	char path[96], text[512];
	const char *p;

	snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
	return !slurp(path, text, sizeof text) || !(p = strrchr(text, ')')) || p[2] != 'R';
}

void meter_open(struct meter *m, pid_t pid)
{
	char path[64];
	struct dirent *d;
	DIR *dir;

	memset(m, 0, sizeof *m);
	m->pid = pid;
	snprintf(path, sizeof path, "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && m->n < METER_THREADS && (d = readdir(dir))) {
		pid_t tid = (pid_t)strtol(d->d_name, NULL, 10);

		if (tid <= 0)
			continue;
		m->thread[m->n] = tid;
		m->before[m->n++] = thread_cpu(pid, tid);
	}
	if (dir)
		closedir(dir);
}

void meter_choose(struct meter *m)
{
	uint64_t worked[METER_THREADS], most = 0;
	unsigned kept = 0;

	for (unsigned i = 0; i < m->n; i++) {
		worked[i] = thread_cpu(m->pid, m->thread[i]) - m->before[i];
		if (m->n > 1 && m->thread[i] == m->pid)
			worked[i] = 0;
		most = worked[i] > most ? worked[i] : most;
	}
	for (unsigned i = 0; i < m->n; i++)
		if (worked[i] >= most / 8 && worked[i])
			m->thread[kept++] = m->thread[i];
	m->n = kept;
}

void meter_pin(const struct meter *m, int core)
{
	cpu_set_t set;

	for (unsigned i = 0; core >= 0 && i < m->n; i++) {
		CPU_ZERO(&set);
		CPU_SET(((unsigned)core + i) % (unsigned)sysconf(_SC_NPROCESSORS_ONLN), &set);
		sched_setaffinity(m->thread[i], sizeof set, &set);
		setpriority(PRIO_PROCESS, (id_t)m->thread[i], METER_NICE);
	}
}

void meter_first(const struct meter *m, bool first)
{
	struct sched_param p = {.sched_priority = first};

	for (unsigned i = 0; i < m->n; i++)
		sched_setscheduler(m->thread[i], first ? SCHED_FIFO : SCHED_OTHER, &p);
	sched_setscheduler(0, first ? SCHED_FIFO : SCHED_OTHER, &p);
}

uint64_t meter_cpu(const struct meter *m)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < m->n; i++) {
		for (int tries = 0; tries < 1000 && !rests(m->pid, m->thread[i]); tries++)
			usleep(100);
		sum += thread_cpu(m->pid, m->thread[i]);
	}
	return sum;
}

void meter_hold(const struct meter *m, bool hold)
{
	kill(m->pid, hold ? SIGSTOP : SIGCONT);
}

static void name_of(pid_t pid, char name[16])
{
	char path[64], text[512] = "";
	FILE *f;
	size_t n = 0;
	const char *p;

	snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
	f = fopen(path, "r");
	if (f) {
		n = fread(text, 1, sizeof text - 1, f);
		fclose(f);
	}
	for (size_t i = 0; i < n; i++)
		text[i] = text[i] ? text[i] : ' ';
	p = strstr(text, "--role ");
	if (!p || sscanf(p + 7, "%15s", name) != 1)
		snprintf(name, 16, "keeper");
}

bool roles_find(struct roles *r, pid_t keeper)
{
	char path[96], text[512] = "", *save = NULL;

	r->n = 0;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", keeper, keeper);
	slurp(path, text, sizeof text);
	r->role[r->n++].pid = keeper;
	for (char *w = strtok_r(text, " \n", &save); w && r->n < ROLES_MAX;
	     w = strtok_r(NULL, " \n", &save))
		r->role[r->n++].pid = (pid_t)strtol(w, NULL, 10);
	for (unsigned i = 0; i < r->n; i++)
		name_of(r->role[i].pid, r->role[i].name);
	return r->n > 1;
}

pid_t roles_pid(const struct roles *r, const char *name)
{
	for (unsigned i = 0; i < r->n; i++)
		if (strcmp(r->role[i].name, name) == 0)
			return r->role[i].pid;
	return 0;
}

uint64_t role_cpu(pid_t pid)
{
	struct meter m;
	uint64_t sum = 0;

	meter_open(&m, pid);
	for (unsigned i = 0; i < m.n; i++)
		sum += m.before[i];
	return sum;
}

uint64_t role_memory(pid_t pid)
{
	char path[64], text[4096];
	const char *p;

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
	if (!slurp(path, text, sizeof text) || !(p = strstr(text, "\nPss_Anon:")))
		return 0;
	return strtoull(p + 10, NULL, 10);
}
