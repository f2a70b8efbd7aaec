//! A: signatures that are missing, copied or degenerate, and algorithms that the key is not for.

use axioms_core::{Algorithm, InvalidToken};
use axioms_testing::TokenBuilder;
use serde_json::{Value, json};

use super::forge::{der, with_header, with_payload, with_signature};
use super::{Attack, Attacked as _, SHARED_KID, Table, World};

/// The order of P-256 (SEC 2 section 2.4.2).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order of the base point of edwards25519, little-endian (RFC 8032 section 5.1).
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(crate) fn tables(world: &World) -> Vec<Table> {
    vec![
        Table::of_defaults("unsigned", unsigned(world)),
        Table::of_defaults("shared secrets", shared_secrets(world)),
        Table::of_defaults("damaged signatures", damaged(world)),
        Table::of_defaults("degenerate ECDSA", degenerate_ecdsa(world)),
        Table::of_defaults("second signatures", second_signatures(world)),
        Table::of_defaults("confused algorithms", confused(world)),
        Table::of_defaults("unknown algorithms", unknown(world)),
        Table {
            name: "narrowed algorithms",
            settings: |_, builder| builder.algorithms([Algorithm::ES256]),
            attacks: narrowed(world),
        },
        Table::of_defaults("changed after signing", changed(world)),
    ]
}

fn unsigned(world: &World) -> Vec<Attack> {
    let base = world.token();
    let mut attacks = Vec::new();
    for alg in ["none", "None", "nOnE", "NONE"] {
        let none = |base: TokenBuilder| base.header("alg", alg);
        attacks.extend([
            base.refused("A1", format!("{alg}, no signature"), InvalidToken::NotCompact, |base| {
                none(base).unsigned()
            }),
            base.refused("A2", format!("{alg}, a signature"), InvalidToken::Algorithm, none),
        ]);
    }
    attacks
}

/// HMAC with the public key as its secret, in every form in which a library might store the key.
fn shared_secrets(world: &World) -> Vec<Attack> {
    let base = world.token().algorithm(Algorithm::RS256);
    let key = world.issuer.key(Algorithm::RS256);
    let (pem, jwk) = (key.public_pem(), key.public_jwk());
    let secrets: Vec<(&str, &str, Vec<u8>)> = vec![
        ("A3", "PEM", pem.clone().into_bytes()),
        ("A4", "PEM without its final newline", pem.trim_end().into()),
        ("A4", "PEM after a space", format!(" {pem}").into_bytes()),
        ("A4", "PEM with CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("A4", "DER", key.public_der()),
        ("A4", "JWK", jwk.to_string().into_bytes()),
        ("A4", "the modulus", jwk["n"].as_str().unwrap_or_default().into()),
        ("A4", "nothing", Vec::new()),
    ];
    let mut attacks: Vec<Attack> = secrets
        .iter()
        .map(|(id, what, secret)| {
            base.refused(id, format!("HS256 keyed by {what}"), InvalidToken::Algorithm, |base| {
                base.sign_hs256(secret)
            })
        })
        .collect();
    let without_alg = base.signed_with(&key.with_kid("rsa-without-alg"));
    attacks.push(without_alg.refused(
        "A6",
        "HS256, and the key has no alg",
        InvalidToken::Algorithm,
        |base| base.sign_hs256(pem.as_bytes()),
    ));
    attacks
}

fn damaged(world: &World) -> Vec<Attack> {
    type Damage = fn(Vec<u8>) -> Vec<u8>;
    const DAMAGES: &[(&str, Damage, InvalidToken)] = &[
        ("empty", |_| Vec::new(), InvalidToken::NotCompact),
        ("one byte", |_| vec![0], InvalidToken::Signature),
        (
            "a byte short",
            |mut bytes| {
                bytes.pop();
                bytes
            },
            InvalidToken::Signature,
        ),
        ("a byte long", |bytes| [bytes, vec![0]].concat(), InvalidToken::Signature),
        ("a byte in front", |bytes| [vec![0], bytes].concat(), InvalidToken::Signature),
        ("zeros", |bytes| vec![0; bytes.len()], InvalidToken::Signature),
        ("ones", |bytes| vec![0xff; bytes.len()], InvalidToken::Signature),
        ("twice", |bytes| bytes.repeat(2), InvalidToken::Signature),
        (
            "one bit off",
            |mut bytes| {
                bytes[0] ^= 1;
                bytes
            },
            InvalidToken::Signature,
        ),
    ];
    let mut attacks = Vec::new();
    for algorithm in super::all_algorithms() {
        let base = world.token().algorithm(algorithm);
        for (what, damage, reason) in DAMAGES {
            attacks.push(base.refused("A7", format!("{algorithm}, signature: {what}"), *reason, |base| {
                with_signature(&base.sign(), damage)
            }));
        }
    }
    attacks
}

fn degenerate_ecdsa(world: &World) -> Vec<Attack> {
    const ZERO: [u8; 32] = [0; 32];
    let one = {
        let mut one = ZERO;
        one[31] = 1;
        one
    };
    let pairs = [
        ("r = s = 0", ZERO, ZERO),
        ("r = 0", ZERO, one),
        ("s = 0", one, ZERO),
        ("s = n", one, P256_ORDER),
        ("r = n", P256_ORDER, one),
        ("r = s = n", P256_ORDER, P256_ORDER),
        ("r = s = 1", one, one),
    ];
    let base = world.token().algorithm(Algorithm::ES256);
    let mut attacks: Vec<Attack> = pairs
        .iter()
        .map(|(what, r, s)| {
            base.refused("A8", *what, InvalidToken::Signature, |base| {
                with_signature(&base.sign(), |_| [r, s].map(|number| number.to_vec()).concat())
            })
        })
        .collect();
    attacks.push(base.refused("A9", "DER", InvalidToken::Signature, |base| {
        with_signature(&base.sign(), |bytes| der(&bytes))
    }));
    attacks
}

/// Changes a signature into another valid one without the key. RFC 8032 section 5.1.7 forbids
/// `S + L`. ECDSA has no such rule: `n - s` is as valid as `s`. So a deny list must not use a
/// token's text as its key.
fn second_signatures(world: &World) -> Vec<Attack> {
    let edwards = world.token().algorithm(Algorithm::EdDSA);
    let p256 = world.token().algorithm(Algorithm::ES256);
    vec![
        edwards.refused("A16", "EdDSA, S + L", InvalidToken::Signature, |base| {
            with_signature(&base.sign(), |mut bytes| {
                let mut carry = 0;
                for (byte, add) in bytes[32..].iter_mut().zip(ED25519_ORDER) {
                    let sum = u16::from(*byte) + u16::from(add) + carry;
                    [*byte, _] = sum.to_le_bytes();
                    carry = sum >> 8;
                }
                bytes
            })
        }),
        p256.accepted("A16", "ECDSA, n - s", |base| {
            with_signature(&base.sign(), |mut bytes| {
                let mut borrow = 0;
                for (byte, from) in bytes[32..].iter_mut().zip(P256_ORDER).rev() {
                    let difference = 0x100 + u16::from(from) - u16::from(*byte) - borrow;
                    [*byte, _] = difference.to_le_bytes();
                    borrow = 1 - (difference >> 8);
                }
                bytes
            })
        }),
    ]
}

/// A valid signature under another header.
fn confused(world: &World) -> Vec<Attack> {
    use Algorithm::{ES256, ES384, PS256, RS256, RS384};

    let issuer = &world.issuer;
    let mut attacks = Vec::new();
    for (id, signs, says) in [
        ("A10", ES256, ES384),
        ("A10", ES384, ES256),
        ("A11", ES256, RS256),
        ("A11", RS256, ES256),
        ("A12", PS256, RS256),
        ("A12", RS256, PS256),
        ("A13", RS256, RS384),
        ("A13", RS256, Algorithm::EdDSA),
    ] {
        let base = world.token().algorithm(signs);
        attacks.push(base.refused(
            id,
            format!("{says} in the header, a signature and a key of {signs}"),
            InvalidToken::UnknownKey,
            |base| base.header("alg", says.name()),
        ));
    }
    // One RSA key fits both algorithms, so the signature fits the header. Only the key's own `alg`
    // forbids it.
    for (key, uses) in [(RS256, PS256), (PS256, RS256), (RS256, RS384)] {
        let base = world.token().algorithm(key);
        let misused = issuer.key(key).with_algorithm(uses);
        attacks.push(base.refused(
            "A12",
            format!("a sound {uses} signature by the key for {key}"),
            InvalidToken::UnknownKey,
            |base| base.signed_with(&misused),
        ));
    }
    // The key id also belongs to a key of this algorithm, so the signature fails.
    for (signs, says) in [(ES256, RS256), (RS256, ES256)] {
        let base = world.token().signed_with(&issuer.key(signs).with_kid(SHARED_KID));
        attacks.push(base.refused(
            "A11",
            format!("{says} in the header, a signature of {signs}, one kid for both"),
            InvalidToken::Signature,
            |base| base.header("alg", says.name()),
        ));
    }
    attacks
}

fn unknown(world: &World) -> Vec<Attack> {
    let base = world.token();
    let mut names: Vec<Value> = [
        "ES256K",
        "RS1",
        "HS256",
        "HS384",
        "HS512",
        "dir",
        "A128KW",
        "es256",
        "ES256 ",
        "",
        "__proto__",
        "Ed448",
    ]
    .map(Value::from)
    .into();
    names.extend([json!(256), json!(["ES256"]), json!({"alg": "ES256"}), json!(null), json!(true)]);
    let mut attacks: Vec<Attack> = names
        .into_iter()
        .map(|alg| {
            base.refused("A15", format!("alg {alg}"), InvalidToken::Algorithm, |base| {
                base.header("alg", alg.clone())
            })
        })
        .collect();
    attacks.push(base.refused("A15", "no alg", InvalidToken::Algorithm, |base| base.without_header("alg")));
    attacks
}

/// A key of the issuer whose algorithm this resource server does not allow.
fn narrowed(world: &World) -> Vec<Attack> {
    let base = world.token();
    super::all_algorithms()
        .into_iter()
        .filter(|algorithm| *algorithm != Algorithm::ES256)
        .map(|algorithm| {
            base.refused("A13", format!("{algorithm}, not allowed"), InvalidToken::Algorithm, |base| {
                base.algorithm(algorithm)
            })
        })
        .collect()
}

fn changed(world: &World) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for algorithm in super::all_algorithms() {
        let base = world.token().algorithm(algorithm);
        let kid = world.issuer.key(algorithm).kid().to_owned();
        let name = algorithm.name();
        attacks.extend([
            base.refused("A16", format!("{algorithm}, another subject"), InvalidToken::Signature, |base| {
                with_payload(&base.sign(), |payload| payload.replace("user-1", "user-0"))
            }),
            base.refused(
                "A16",
                format!("{algorithm}, header in another order"),
                InvalidToken::Signature,
                |base| {
                    with_header(&base.sign(), |_| {
                        format!(r#"{{"typ":"at+jwt","kid":"{kid}","alg":"{name}"}}"#)
                    })
                },
            ),
            base.refused(
                "A16",
                format!("{algorithm}, a stranger's signature"),
                InvalidToken::Signature,
                |base| {
                    base.signed_with(&world.stranger.clone().with_kid(kid.clone())).header("alg", name).sign()
                },
            ),
        ]);
    }
    attacks
}
