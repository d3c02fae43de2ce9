/* The words of access lists for numbers: protocols and ports, as the device knows them. */
#ifndef GATEHOUSE_ACCESS_WORDS_H
#define GATEHOUSE_ACCESS_WORDS_H

#include <stdbool.h>
#include <stdint.h>

struct port_word {
	const char *word;
	uint16_t number;
	bool tcp, udp; /* the protocols that know it by this word */
};

/* Ended by a NULL word; of one number the word that is printed comes first. */
extern const struct port_word port_words[];

/* The type of ICMP with that word or number; -1 when there is none. */
int icmp_type(const char *text);
/* The number of a protocol's or a port's text, word or digits; 0 for one that is neither. */
uint8_t protocol_number(const char *text);
uint16_t port_number(const char *text);
/* The words for a protocol and a type of ICMP; NULL: it has none. */
const char *protocol_word(uint8_t number);
const char *icmp_word(uint8_t type);
/* The word for a port of `tcp` or `udp`; NULL when it has none there. */
const char *port_word(uint16_t number, bool tcp);
/* Is this text (word or digits) a port of that protocol? */
bool port_fits(const char *text, bool tcp);

#endif
