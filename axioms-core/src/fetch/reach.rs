//! Classifies hosts by where they can be reached from, judged by their spelling.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the host is this machine by definition: a loopback address, `localhost`, or a subdomain
/// of it (RFC 6761 section 6.3). Such names are never resolved: see [`connect`](super::connect).
pub(crate) fn is_loopback(host: &str) -> bool {
    match address(host) {
        Some(address) => address.is_loopback(),
        None => is_below(host, "localhost"),
    }
}

/// From where a host can be reached, judged by its spelling. The variants are ordered: an issuer
/// may name hosts of its own kind and of the kinds before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// From the internet, or from wherever the name resolves.
    Anywhere,
    /// From inside a network: private, link-local, shared and other special addresses, and names
    /// that are not in public DNS.
    Inside,
    /// Only from this machine.
    Loopback,
}

pub(crate) fn reach(host: &str) -> Reach {
    let is_special = |address| SPECIAL.iter().any(|(block, bits)| is_within(address, *block, *bits));
    let is_listed = |names: &[&str]| names.iter().any(|name| is_below(host, name));
    match address(host) {
        _ if is_loopback(host) => Reach::Loopback,
        Some(address) if is_special(address) => Reach::Inside,
        None if is_listed(&LOOPBACK_NAMES) => Reach::Loopback,
        None if !without_final_dot(host).contains('.') || is_listed(&PRIVATE_DOMAINS) => Reach::Inside,
        _ => Reach::Anywhere,
    }
}

/// Names of loopback addresses in the hosts files of common systems. They are still resolved, and
/// plain http to them is refused, because no standard defines them.
const LOOPBACK_NAMES: [&str; 5] =
    ["localhost.localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback"];

/// Domains that are not in public DNS: those of RFC 6761, RFC 6762 and its appendix G, and RFC
/// 8375, ICANN's `internal`, and those of clusters and hosts files.
const PRIVATE_DOMAINS: [&str; 11] = [
    "internal",
    "local",
    "home.arpa",
    "test",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "svc",
    "localdomain",
];

/// Parses a host that is an address. In a URL, an IPv6 address is in brackets.
pub(super) fn address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

/// Whether the address is in the block, which means that they share their first `bits`.
pub(super) fn is_within(address: IpAddr, block: IpAddr, bits: u32) -> bool {
    match (address, block) {
        (IpAddr::V4(address), IpAddr::V4(block)) => {
            bits <= Ipv4Addr::BITS && (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits
        }
        (IpAddr::V6(address), IpAddr::V6(block)) => {
            bits <= Ipv6Addr::BITS && (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits
        }
        _ => false,
    }
}

/// Whether the name is `domain` or ends in `.domain`.
pub(super) fn is_below(name: &str, domain: &str) -> bool {
    let (name, domain) = (without_final_dot(name).as_bytes(), domain.as_bytes());
    match name.len().checked_sub(domain.len()).map(|at| name.split_at(at)) {
        Some((before, end)) => {
            end.eq_ignore_ascii_case(domain) && (before.is_empty() || before.ends_with(b"."))
        }
        None => false,
    }
}

/// The addresses in the IANA special-purpose registries (RFC 6890) that are not globally reachable,
/// multicast addresses, and every form of IPv6 that embeds an IPv4 address, because no public host
/// is written in that form.
const SPECIAL: [(IpAddr, u32); 27] = [
    (v4(0, 0, 0), 8),
    (v4(10, 0, 0), 8),
    // Shared address space (carrier-grade NAT).
    (v4(100, 64, 0), 10),
    // Link-local, including the metadata services of clouds.
    (v4(169, 254, 0), 16),
    (v4(172, 16, 0), 12),
    (v4(192, 0, 0), 24),
    (v4(192, 0, 2), 24),
    (v4(192, 168, 0), 16),
    (v4(198, 18, 0), 15),
    (v4(198, 51, 100), 24),
    (v4(203, 0, 113), 24),
    // Multicast, reserved, broadcast.
    (v4(224, 0, 0), 3),
    // Unspecified and IPv4-compatible, IPv4-mapped, IPv4-translated.
    (v6(0), 96),
    (v6(0xffff << 32), 96),
    (v6(0xffff << 48), 96),
    // NAT64.
    (v6(0x64_ff9b << 96), 96),
    (v6(0x64_ff9b_0001 << 80), 48),
    // Discard.
    (v6(0x100 << 112), 64),
    // Teredo and its neighbours, documentation, 6to4.
    (v6(0x2001 << 112), 23),
    (v6(0x2001_0db8 << 96), 32),
    (v6(0x2002 << 112), 16),
    (v6(0x3fff << 112), 20),
    (v6(0x5f00 << 112), 16),
    // Unique local, link-local, site-local, multicast.
    (v6(0xfc00 << 112), 7),
    (v6(0xfe80 << 112), 10),
    (v6(0xfec0 << 112), 10),
    (v6(0xff00 << 112), 8),
];

const fn v4(a: u8, b: u8, c: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
}

const fn v6(bits: u128) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from_bits(bits))
}

/// Removes the final dot of a fully qualified name, which names the same host.
pub(super) fn without_final_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_hosts_file_is_no_loopback_by_definition() {
        for host in LOOPBACK_NAMES {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn hosts_are_told_by_where_they_can_be_reached_from() {
        let rows: [(Reach, &[&str]); 3] = [
            (
                Reach::Loopback,
                &[
                    "localhost",
                    "LOCALHOST.",
                    "a.localhost",
                    "127.0.0.1",
                    "127.255.0.9",
                    "[::1]",
                    "localhost.localdomain",
                    "localhost4",
                    "Localhost6",
                    "ip6-localhost",
                    "ip6-loopback.",
                ],
            ),
            (
                Reach::Inside,
                &[
                    "0.0.0.0",
                    "0.1.2.3",
                    "10.0.0.1",
                    "100.64.0.1",
                    "100.127.255.255",
                    "169.254.169.254",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.168.1.1",
                    "192.0.0.1",
                    "198.18.0.1",
                    "224.0.0.1",
                    "255.255.255.255",
                    "[::]",
                    "[::7f00:1]",
                    "[::ffff:127.0.0.1]",
                    "[::ffff:8.8.8.8]",
                    "[64:ff9b::7f00:1]",
                    "[2002:7f00:1::]",
                    "[2001:0:7f00:1::]",
                    "[fe80::1]",
                    "[febf::1]",
                    "[fec0::1]",
                    "[fc00::1]",
                    "[fdff::1]",
                    "[ff02::1]",
                    "mylocalhost",
                    "keycloak",
                    "KEYCLOAK.",
                    "metadata.google.internal",
                    "host.docker.internal",
                    "kubernetes.default.svc",
                    "kubernetes.default.svc.cluster.local",
                    "printer.local.",
                    "router.home.arpa",
                    "auth.corp",
                    "mail.localdomain",
                ],
            ),
            (
                Reach::Anywhere,
                &[
                    "issuer.example.com",
                    "localhost.example.com",
                    "internal.example.com",
                    "notlocal.mylocal",
                    "8.8.8.8",
                    "100.63.255.255",
                    "100.128.0.1",
                    "172.15.0.1",
                    "172.32.0.1",
                    "[2606:4700:4700::1111]",
                ],
            ),
        ];
        for (expected, hosts) in rows {
            for host in hosts {
                assert_eq!(reach(host), expected, "{host}");
            }
        }
    }
}
