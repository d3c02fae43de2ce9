/* Which build this is: `gatehouse --version`, `show version`. */
#ifndef GATEHOUSE_VERSION_H
#define GATEHOUSE_VERSION_H

#define GATEHOUSE_VERSION "0.1"

#endif
