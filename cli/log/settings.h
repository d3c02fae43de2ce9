/*
 * What the lines of `logging ...` say, as data: which message goes to which
 * destination. Pure; read from the database by cli/config/own_logging.c.
 */
#ifndef GATEHOUSE_LOG_SETTINGS_H
#define GATEHOUSE_LOG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"
#include "engine/base/log.h"

enum log_dest {
	DEST_CONSOLE, /* the console's sessions */
	DEST_MONITOR, /* sessions that said `terminal monitor` */
	DEST_BUFFER,
	DEST_TRAP, /* syslog servers */
	DEST_ASDM, /* a buffer of its own */
	/* of the host: as the servers, or informational, with or without `logging enable` */
	DEST_JOURNAL,
	DEST_COUNT
};

enum { LEVEL_OFF = -1, LEVEL_UNSET = -2, LEVEL_INFORMATIONAL = 6, LEVEL_DEBUGGING = 7 };

#define LOG_NAME_MAX 49
#define LOG_CLASSES_MAX 40

/* What goes to one destination: up to a level, or what a list names; a class may have its own. */
struct log_filter {
	int8_t level; /* LEVEL_OFF, 0 to 7 */
	char list[LOG_NAME_MAX]; /* "" = none */
	int8_t of_class[LOG_CLASSES_MAX]; /* by log_class(); LEVEL_UNSET: as the others */
};

/* A row of a list: up to `level` (of a class; -1: of all), or the numbers from first to last. */
struct log_item {
	char list[LOG_NAME_MAX];
	int8_t level, of_class;
	uint32_t first, last; /* 0: by level */
};

/* `logging message N`: a level of its own (LEVEL_UNSET: none), or not at all. */
struct log_exception {
	uint32_t number;
	int8_t level;
	bool off;
};

struct log_host {
	char ifname[LOG_NAME_MAX];
	struct addr address;
	bool tcp, emblem;
	uint16_t port;
};

struct log_settings {
	bool enabled, standby, timestamp, rfc5424, emblem, debug_trace, permit_hostdown, hide;
	unsigned facility, queue, buffer_size, asdm_size;
	char device[LOG_NAME_MAX + 24]; /* as lines bear it, "" = not at all */
	char device_text[2 * LOG_NAME_MAX]; /* as `show logging` says it */
	struct log_filter to[DEST_COUNT];
	struct log_item *items; /* in the order in which they were typed */
	size_t n_items;
	struct log_exception *exceptions; /* by number */
	size_t n_exceptions;
	struct log_host *hosts;
	size_t n_hosts;
};

/* As it is without any line of logging. */
void settings_init(struct log_settings *);
/* Frees its lists. */
void settings_fini(struct log_settings *);
/* A row more; false without memory. `exceptions` may come in any order. */
bool settings_add_item(struct log_settings *, const struct log_item *);
bool settings_add_exception(struct log_settings *, const struct log_exception *);
bool settings_add_host(struct log_settings *, const struct log_host *);

/* Does anything go to that destination at all? */
bool settings_open(const struct log_settings *, enum log_dest);
/* The severity that a message has here, LEVEL_OFF when it is not to be said. */
int settings_severity(const struct log_settings *, uint32_t number, unsigned severity);
/* Does it go there? `severity` is what settings_severity() said. */
bool settings_pass(const struct log_settings *, enum log_dest, uint32_t number, int severity);
/* What of the catalogue goes anywhere, LOG_BITS bytes; `journal`: that is there. */
void settings_wanted(const struct log_settings *, bool journal, uint8_t bits[LOG_BITS]);

/* "emergencies" to "debugging"; a word's severity, LEVEL_UNSET when it is none. */
const char *log_level_word(int severity);
int log_level(const char *word);
/* The class of a message by its number, or of a word; -1: none. */
int log_class_of(uint32_t number);
int log_class(const char *word);
const char *log_class_word(int which);

#endif
