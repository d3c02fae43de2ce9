/* The virtio-net header, which a TUN with IFF_VNET_HDR has in front of packets; and what older
 * headers of the kernel do not know of it. */
#ifndef GATEHOUSE_VNET_H
#define GATEHOUSE_VNET_H

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

#endif
