//! D: tokens that are large, deep or expensive.

use axioms_core::InvalidToken::{Algorithm, NotCompact, TooComplex, TooLarge};
use axioms_core::TokenPart;
use axioms_testing::{TokenBuilder, base64url};

use super::forge::{segments, signed_header, signed_with_members, text, with_members};
use super::{Attack, Attacked as _, Table, World};

const LIMIT: usize = 16 * 1024;

pub(crate) fn tables(world: &World) -> Vec<Table> {
    vec![
        Table::of_defaults("length", length(world)),
        Table::of_defaults("depth", depth(world)),
        Table::of_defaults("work", work(world)),
        Table::of_defaults("bombs", bombs(world)),
    ]
}

/// A valid token of exactly this length.
fn padded(base: &TokenBuilder, length: usize) -> Option<String> {
    let with_padding =
        |n: usize, m: usize| base.clone().claim("pad", "x".repeat(n)).header("p", "x".repeat(m)).sign();
    let short = length.checked_sub(with_padding(0, 0).len())? / 4 * 3;
    // Both segments round up, so every length can be reached by changing both.
    (0..4)
        .flat_map(|header| (0..8).map(move |less| (short.saturating_sub(less), header)))
        .map(|(n, header)| with_padding(n, header))
        .find(|token| token.len() == length)
}

fn length(world: &World) -> Vec<Attack> {
    let base = world.token();
    let sized = |length: usize| {
        move |base: TokenBuilder| padded(&base, length).expect("a token of any length can be padded")
    };
    let mut attacks = vec![
        base.accepted("D1", "16 KiB", sized(LIMIT)),
        base.refused("D1", "16 KiB and a byte", TooLarge, sized(LIMIT + 1)),
    ];
    for length in [1 << 20, 100 << 20] {
        attacks.push(
            base.refused("D1", format!("{length} bytes that are no base64"), TooLarge, |_| {
                "!".repeat(length)
            }),
        );
    }
    attacks.push(
        base.refused("D1", "a valid token and 1 MB more", TooLarge, |base| {
            base.sign() + &"A".repeat(1 << 20)
        }),
    );
    attacks
}

/// `levels` arrays or objects, nested.
fn nested(open: &str, close: &str, levels: usize) -> String {
    format!(r#""deep":{}1{}"#, open.repeat(levels), close.repeat(levels))
}

fn depth(world: &World) -> Vec<Attack> {
    let base = world.token();
    let mut attacks = Vec::new();
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        attacks.push(base.accepted("D3", format!("payload, 100 x {open}"), |base| {
            signed_with_members(&base, &nested(open, close, 100))
        }));
        // As deep as the length allows, and as deep as in the published attack.
        for (levels, reason) in [
            (150, TooComplex(TokenPart::Payload)),
            (1500, TooComplex(TokenPart::Payload)),
            (100_000, TooLarge),
        ] {
            let deep = nested(open, close, levels);
            attacks.push(base.refused("D3", format!("payload, {levels} x {open}"), reason, |base| {
                signed_with_members(&base, &deep)
            }));
        }
        for (levels, reason) in [(1500, TooComplex(TokenPart::Header)), (100_000, TooLarge)] {
            let deep = nested(open, close, levels);
            attacks.push(base.refused("D3", format!("header, {levels} x {open}"), reason, |base| {
                signed_header(&base, |header| with_members(&header, &deep))
            }));
        }
    }
    attacks.push(base.refused(
        "D3",
        "5000 brackets that never close",
        TooComplex(TokenPart::Payload),
        |base| base.raw_payload(r#"{"a":"#.to_owned() + &"[".repeat(5000)),
    ));
    attacks
}

/// As many parts as a token may have, and more: their cost has a bound of its own, apart from the
/// length.
fn work(world: &World) -> Vec<Attack> {
    type Parts = fn(usize) -> String;
    // The parts, the number that is accepted, and the number that is refused.
    const ROWS: &[(&str, usize, usize, Parts)] = &[
        ("groups", 1_200, 1_300, |n| format!(r#""a":[{}]"#, vec![r#""g""#; n].join(","))),
        ("numbers", 1_200, 1_300, |n| format!(r#""a":[{}]"#, vec!["1"; n].join(","))),
        ("empty arrays", 1_200, 1_300, |n| format!(r#""a":[{}]"#, vec!["[]"; n].join(","))),
        ("claims", 200, 215, |n| (0..n).map(|n| format!(r#""c{n}":0"#)).collect::<Vec<_>>().join(",")),
        ("objects", 300, 330, |n| format!(r#""a":[{}]"#, vec![r#"{"r":1}"#; n].join(","))),
        ("clients as Keycloak writes them", 120, 130, |n| {
            let client = |n| format!(r#""client-{n}":{{"roles":["user"]}}"#);
            format!(r#""a":{{{}}}"#, (0..n).map(client).collect::<Vec<_>>().join(","))
        }),
        ("escapes", 1_200, 1_300, |n| format!(r#""a":"{}""#, r"\n".repeat(n))),
        ("escapes in a name", 300, 500, |n| format!(r#""{}":0"#, r"\n".repeat(n))),
        ("escaped names", 48, 60, |n| {
            (0..n).map(|n| format!(r#""\u0063{n}":0"#)).collect::<Vec<_>>().join(",")
        }),
    ];
    let base = world.token();
    let mut attacks = Vec::new();
    for (what, few, many, parts) in ROWS {
        attacks.extend([
            base.accepted("D3", format!("payload, {few} {what}"), |base| {
                signed_with_members(&base, &parts(*few))
            }),
            base.refused("D3", format!("payload, {many} {what}"), TooComplex(TokenPart::Payload), |base| {
                signed_with_members(&base, &parts(*many))
            }),
            base.refused("D3", format!("header, {many} {what}"), TooComplex(TokenPart::Header), |base| {
                signed_header(&base, |header| with_members(&header, &parts(*many)))
            }),
        ]);
    }
    let parts = |n| (0..n).map(|n| format!(r#""c{n}":0"#)).collect::<Vec<_>>().join(",");
    let both = |n| {
        move |base: TokenBuilder| {
            let token = base.sign();
            let header = with_members(&text(segments(&token)[0]), &parts(n));
            signed_with_members(&base.raw_header(header), &parts(n))
        }
    };
    attacks.extend([
        base.accepted("D3", "90 parameters and 90 claims", both(90)),
        base.refused("D3", "150 parameters and 150 claims", TooComplex(TokenPart::Payload), both(150)),
    ]);
    attacks
}

/// Work that a header requests and the validator does not do.
fn bombs(world: &World) -> Vec<Attack> {
    const COMPRESSED: &str = r#"{"alg":"RSA-OAEP-256","enc":"A128GCM","zip":"DEF"}"#;
    const ITERATED: &str = r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483648,"p2s":"AA"}"#;
    let base = world.token();
    let mut attacks = Vec::new();
    for (what, header) in [("compressed", COMPRESSED), ("iterated", ITERATED)] {
        attacks.push(base.refused("D4", format!("a JWE, {what}"), NotCompact, |base| {
            let token = base.sign();
            let [_, payload, signature] = segments(&token);
            format!("{}.{payload}.{payload}.{payload}.{signature}", base64url(header))
        }));
    }
    attacks.push(base.refused("D4", "three segments, iterated", Algorithm, |base| base.raw_header(ITERATED)));
    attacks
}
