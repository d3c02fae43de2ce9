/* The exchanges that we speak, a row a message. */
#ifndef GATEHOUSE_IKE_EXCHANGE_TABLE_H
#define GATEHOUSE_IKE_EXCHANGE_TABLE_H

#include "engine/ike/exchange.h"

extern const struct exchange_table exchange_table;

#endif
