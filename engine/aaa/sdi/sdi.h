/* SDI: RSA SecurID by its Authentication API, JSON over HTTPS: passcodes, next tokencodes, PINs. */
#ifndef GATEHOUSE_AAA_SDI_H
#define GATEHOUSE_AAA_SDI_H

#include "engine/aaa/conversation.h"

extern const struct aaa_protocol sdi_protocol;

#endif
