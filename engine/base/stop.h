/* How long a stop takes, in milliseconds: each waits for those who still have something to say to
 * it, and less than who waits for it. */
#ifndef GATEHOUSE_STOP_H
#define GATEHOUSE_STOP_H

#define STOP_ROLE_MS 8000   /* the keeper kills a role that takes longer; systemd waits 15 s */
#define STOP_WORDS_MS 6000  /* the manager and aaa hear the engine, and store it */
#define STOP_LINGER_MS 2500 /* the engine waits until the one reads, and then the other */

#endif
