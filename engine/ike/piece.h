/*
 * A piece of an ISAKMP message, as Cisco and Microsoft cut it: a message of its own whose one
 * payload (132) holds
 *
 *     generic header (4) | fragment id (2) | number from 1 (1) | flags, 1 = last (1) | data
 *
 * Pure functions between bytes and structs.
 */
#ifndef GATEHOUSE_IKE_PIECE_H
#define GATEHOUSE_IKE_PIECE_H

#include "engine/ike/codec.h"

#define PIECES_MAX 255
#define PIECE_LEN 544 /* as a whole: it passes where 576 bytes do (RFC 791 3.1), on 4500 too */
#define PIECE_DATA (PIECE_LEN - ISAKMP_HEADER_LEN - 8)

struct piece {
	uint16_t id;
	uint8_t number;
	bool last;
	struct chunk data;
};

/* What stands behind the header of a message with payload 132; false when it is no piece. */
bool piece_read(struct piece *, const uint8_t *body, size_t len);
/* How many pieces a message makes. */
unsigned pieces_of(size_t len);
/* Piece `number`, from 1, of a finished message (`msg`, its header too); its length. */
size_t piece_write(uint8_t to[PIECE_LEN], const uint8_t *msg, size_t len, uint16_t id,
    unsigned number);

#endif
