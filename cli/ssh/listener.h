/* The listener: accepts, has the manager say who may stay, and keeps a process for each. */
#ifndef GATESSH_LISTENER_H
#define GATESSH_LISTENER_H

/* Serves until the keeper says that it is over, or is gone. `keeper` is the channel to it,
 * `spawner` the socket of spawner_start(); both are taken over. The exit status. */
int listener_run(int keeper, int spawner);

#endif
