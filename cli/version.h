/* The product's own version, and the device whose words it speaks. */
#ifndef GATEHOUSE_VERSION_H
#define GATEHOUSE_VERSION_H

#define GATEHOUSE_VERSION "0.1"
#define DEVICE_VERSION "9.12(4)"

#endif
