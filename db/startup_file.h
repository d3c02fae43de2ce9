/* See startup_file.c. */
#ifndef GATEHOUSE_DB_STARTUP_FILE_H
#define GATEHOUSE_DB_STARTUP_FILE_H

#include "db/internal.h"

/* Writes a file and syncs it; false with errno, and nothing is left of it. */
bool startup_write(const char *temp, const char *text, size_t len);
/* What was renamed or removed there stays so. */
bool startup_sync(const struct db *);

#endif
