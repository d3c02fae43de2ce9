/*
 * What the room is bounded by. Strangers' shares are of an address, of its network and in total
 * (base/shares.h): hundreds of clients may dial from behind one NAT at once.
 */
#ifndef GATEHOUSE_IKE_LIMITS_H
#define GATEHOUSE_IKE_LIMITS_H

#define HALF_OPEN_BYTES 4608 /* of one SA, with an offer of a hundred transforms */
#define HALF_OPEN_MAX 4096
#define HALF_OPEN_NETWORK 3072
#define HALF_OPEN_ADDRESS 2048
/* Aggressive mode: with a Diffie-Hellman each, and nobody has proved where he is. */
#define AGGRESSIVE_MAX 256
#define AGGRESSIVE_NETWORK 128
#define AGGRESSIVE_ADDRESS 64
/* Messages 1 a second that get one, and how often message 2 is repeated to whoever repeats his. */
#define AGGRESSIVE_SECOND 32
#define AGGRESSIVE_SECOND_NETWORK 24
#define AGGRESSIVE_SECOND_ADDRESS 16
#define AGGRESSIVE_REPEATS 4
#define PHASE1_ID_MAX 260 /* body of an identification */
#define NEGOTIATING_MAX 2048
#define NEGOTIATING_NETWORK 1536
#define NEGOTIATING_ADDRESS 1024
/* Ours in pieces, for whoever announced that he takes them: at once above WHOLE_MAX, which passes
 * uncut where 1280 bytes do; from the second time on above PIECE_LEN (piece.h). */
#define WHOLE_MAX 1248
#define FRAGMENTED_MAX 256 /* messages that are being put together, of all SAs */
#define FRAGMENTED_NETWORK 192
#define FRAGMENTED_ADDRESS 128
/* Diffie-Hellman: in the hands of the environment's threads, and waiting for them. */
#define DH_RUNNING 8
#define DH_STRANGERS_MAX 512
#define DH_STRANGERS_NETWORK 384
#define DH_STRANGERS_ADDRESS 256
#define DH_PEERS_MAX 2048
#define DH_PEER 32
#define QUICK_MODES_MAX 32 /* unfinished ones of one SA */
#define QUICK_MODES_LATE 4 /* of them: whose client may be asleep */
#define PSK_CANDIDATES_MAX 64
#define TRIES_PLACES 4096 /* of addresses that owe for wrong keys (tries.h) */
#define TRIES_MAX 512     /* keys: eight messages 5 with all candidates ... */
#define TRIES_FORGIVEN 16 /* ... and one in four seconds */

#define MM3_RESTARTS 3
#define MM5_TRIES 3 /* different messages 5 that are none */

#define COOKIE_BUCKETS 4096

#endif
