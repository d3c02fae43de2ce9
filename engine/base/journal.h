/* Lines for whoever looks after the host: standard error, and under systemd its journal. */
#ifndef GATEHOUSE_JOURNAL_H
#define GATEHOUSE_JOURNAL_H

#include <syslog.h>

/*
 * One line at a severity of syslog (LOG_ERR, ...). Where standard error is the
 * journal (systemd says so in JOURNAL_STREAM) the line begins with `<N>`, which
 * journald takes for its priority; else with `gatehouse: `.
 */
void __attribute__((format(printf, 2, 3))) journal(int severity, const char *fmt, ...);

#endif
