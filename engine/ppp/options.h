/* The numbers of LCP's and IPCP's options: LCP_OPTION_MRU, IPCP_OPTION_ADDRESS ... */
#ifndef GATEHOUSE_PPP_OPTIONS_H
#define GATEHOUSE_PPP_OPTIONS_H

enum ppp_option {
#define OPTION(protocol, name, type, format, word) protocol##_OPTION_##name = type,
#include "engine/ppp/options.def"
#undef OPTION
};

#endif
