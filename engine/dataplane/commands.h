/* The worker's side of the commands. */
#ifndef GATEHOUSE_COMMANDS_H
#define GATEHOUSE_COMMANDS_H

#include "engine/dataplane/command.h"
#include "engine/dataplane/worker.h"

/* Carries out everything in the worker's command ring; what is to be sent is collected. */
void commands_run(struct worker *);

#endif
