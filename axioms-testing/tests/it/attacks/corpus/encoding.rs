//! C: other encodings of a token, and other serializations of a signature.

use axioms_core::InvalidToken::{NotCompact, NotJson};
use axioms_core::{Algorithm, InvalidToken, TokenPart};
use axioms_testing::{TokenBuilder, base64url};
use serde_json::json;

use super::forge::{
    Part, respelt, segments, signed_header, signed_payload, signed_with_members, with_members,
    with_trailing_bit,
};
use super::{Attack, Attacked as _, Table, World};

pub(crate) fn tables(world: &World) -> Vec<Table> {
    vec![
        Table::of_defaults("spellings of a segment", spellings(world)),
        Table::of_defaults("trailing bits", trailing_bits(world)),
        Table::of_defaults("serializations", serializations(world)),
        Table::of_defaults("payloads", payloads(world)),
        Table::of_defaults("repeated members", repeated(world)),
        Table::of_defaults("surrogates", surrogates(world)),
    ]
}

/// Every encoding is signed as it is, so only the encoding is wrong.
fn spellings(world: &World) -> Vec<Attack> {
    type Spelling = fn(&str) -> String;
    const SPELLINGS: &[(&str, &str, Spelling)] = &[
        ("C1", "one =", |segment| format!("{segment}=")),
        ("C1", "padded to four", |segment| format!("{segment}{}", "=".repeat(4 - segment.len() % 4))),
        ("C3", "space at the end", |segment| format!("{segment} ")),
        ("C3", "space in front", |segment| format!(" {segment}")),
        ("C3", "newline inside", |segment| format!("{}\n{}", &segment[..4], &segment[4..])),
        ("C3", "CRLF at the end", |segment| format!("{segment}\r\n")),
        ("C3", "tab", |segment| format!("{}\t{}", &segment[..4], &segment[4..])),
        ("C3", "+ and /", |segment| format!("{segment}+/+/")),
        ("C3", "percent", |segment| format!("{segment}%3D")),
        ("C3", "NUL", |segment| format!("{segment}\0")),
        ("C3", "a letter of another alphabet", |segment| format!("{segment}\u{430}")),
    ];
    let base = world.token();
    let key = world.issuer.key(Algorithm::ES256);
    let mut attacks = Vec::new();
    for part in Part::ALL {
        for (id, what, spell) in SPELLINGS {
            let only_here =
                |at: Part, segment: &str| if at == part { spell(segment) } else { segment.to_owned() };
            attacks.push(base.refused(id, format!("{part:?}, {what}"), NotCompact, |base| {
                respelt(&base, &key, only_here)
            }));
        }
    }
    attacks
}

/// `kid` and `jti` are lengthened until the segment has unused bits.
fn trailing_bits(world: &World) -> Vec<Attack> {
    let key = world.issuer.key(Algorithm::ES256);
    Part::ALL
        .into_iter()
        .map(|part| {
            let base = spare_bits(&world.token(), part);
            let respell = |at: Part, segment: &str| {
                let other = with_trailing_bit(segment).filter(|_| at == part);
                other.unwrap_or_else(|| segment.to_owned())
            };
            base.refused("C2", format!("{part:?}, a trailing bit"), NotCompact, |base| {
                respelt(&base, &key, respell)
            })
        })
        .collect()
}

fn spare_bits(base: &TokenBuilder, part: Part) -> TokenBuilder {
    let stretched = |n: usize| base.clone().claim("pad", "x".repeat(n)).header("pad", "x".repeat(n));
    let has_spare_bits = |base: &TokenBuilder| !segments(&base.sign())[part as usize].len().is_multiple_of(4);
    (0..3).map(stretched).find(has_spare_bits).expect("one of three lengths leaves bits to spare")
}

fn serializations(world: &World) -> Vec<Attack> {
    type Shape = fn([&str; 3]) -> String;
    const SHAPES: &[(&str, &str, Shape)] = &[
        ("C4", "flattened JSON", |[header, payload, signature]| {
            json!({"protected": header, "payload": payload, "signature": signature}).to_string()
        }),
        ("C4", "general JSON", |[header, payload, signature]| {
            json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]})
                .to_string()
        }),
        ("C5", "five segments, as in a JWE", |[header, payload, signature]| {
            format!("{header}.{payload}.{payload}.{payload}.{signature}")
        }),
        ("C5", "a JWE around a token without signature", |[_, payload, _]| {
            format!("{}...{payload}.", base64url(r#"{"alg":"dir","enc":"A128GCM","cty":"JWT"}"#))
        }),
        ("C6", "empty", |_| String::new()),
        ("C6", "dots", |_| "..".to_owned()),
        ("C6", "one segment", |[header, ..]| header.to_owned()),
        ("C6", "two segments", |[header, payload, _]| format!("{header}.{payload}")),
        ("C6", "two segments and a dot", |[header, payload, _]| format!("{header}.{payload}.")),
        ("C6", "four segments", |[header, payload, signature]| {
            format!("{header}.{payload}.{signature}.{signature}")
        }),
        ("C6", "no header", |[_, payload, signature]| format!(".{payload}.{signature}")),
        ("C6", "no payload", |[header, _, signature]| format!("{header}..{signature}")),
        ("C6", "leading dot", |segments| format!(".{}", segments.join("."))),
        ("C6", "trailing dot", |segments| format!("{}.", segments.join("."))),
        ("C6", "with its scheme", |segments| format!("Bearer {}", segments.join("."))),
    ];
    let base = world.token();
    SHAPES
        .iter()
        .map(|(id, what, shape)| base.refused(id, *what, NotCompact, |base| shape(segments(&base.sign()))))
        .collect()
}

/// Signed by the issuer, but not a JSON object.
fn payloads(world: &World) -> Vec<Attack> {
    type Change = fn(String) -> String;
    const NOT_ONE_OBJECT: InvalidToken = NotJson(TokenPart::Payload);
    let base = world.token();
    let mut attacks: Vec<Attack> = ["[]", r#""text""#, "null", "1", "true", " ", "{", "{}}", "NaN"]
        .into_iter()
        .map(|payload| {
            base.refused("C8", format!("payload {payload}"), NOT_ONE_OBJECT, |base| base.raw_payload(payload))
        })
        .collect();
    attacks.push(base.refused("C8", "payload of no byte", NotCompact, |base| base.raw_payload("")));
    let changes: &[(&str, Change)] = &[
        ("in an array", |payload| format!("[{payload}]")),
        ("twice", |payload| payload.repeat(2)),
        ("and a byte more", |payload| payload + "x"),
        ("after a byte order mark", |payload| format!("\u{feff}{payload}")),
        ("with a comment", |payload| payload.replacen('{', "{/**/", 1)),
        ("with a comma too many", |payload| payload.replace('}', ",}")),
        ("with an unpaired quote", |payload| with_members(&payload, r#""a":"b"#)),
    ];
    attacks.extend(changes.iter().map(|(what, change)| {
        base.refused("C8", format!("payload {what}"), NOT_ONE_OBJECT, |base| signed_payload(&base, change))
    }));
    attacks.push(
        base.refused("C8", "payload not UTF-8", NOT_ONE_OBJECT, |base| {
            base.raw_payload(b"{\"sub\":\"\xff\"}")
        }),
    );
    attacks.push(
        base.refused("C8", "header not an object", NotJson(TokenPart::Header), |base| base.raw_header("[]")),
    );
    attacks.push(base.accepted("C8", "space around the object", |base| {
        signed_payload(&base, |payload| format!("\n {payload}\t"))
    }));
    attacks
}

fn repeated(world: &World) -> Vec<Attack> {
    const MEMBERS: &[(&str, &str)] = &[
        ("sub", r#""sub":"admin""#),
        ("sub, escaped", r#""\u0073ub":"admin""#),
        ("exp", r#""exp":99999999999"#),
        ("aud, of another type", r#""aud":["x"]"#),
        ("a claim that is not read", r#""a":1,"a":1"#),
        ("in an object", r#""a":{"b":1,"b":2}"#),
        ("in an object in an array, escaped", r#""a":[{"b":1,"\u0062":2}]"#),
        ("the empty name", r#""":1,"":2"#),
    ];
    let base = world.token();
    let mut attacks: Vec<Attack> = MEMBERS
        .iter()
        .map(|(what, members)| {
            base.refused("C9", *what, NotJson(TokenPart::Payload), |base| signed_with_members(&base, members))
        })
        .collect();
    let many: Vec<String> = (0..200).map(|n| format!(r#""a{n}":{n}"#)).collect();
    attacks.extend([
        base.refused("C9", "among many", NotJson(TokenPart::Payload), |base| {
            signed_with_members(&base, &format!(r#"{},"a7":7"#, many.join(",")))
        }),
        base.accepted("C9", "many, none repeated", |base| signed_with_members(&base, &many.join(","))),
        base.accepted("C9", "the same name at two depths", |base| {
            signed_with_members(&base, r#""a":{"a":{"a":1}}"#)
        }),
        base.refused("C9", "alg, in the header", NotJson(TokenPart::Header), |base| {
            signed_header(&base, |header| with_members(&header, r#""alg":"none""#))
        }),
        base.refused("C9", "kid, in the header, escaped", NotJson(TokenPart::Header), |base| {
            signed_header(&base, |header| with_members(&header, r#""k\u0069d":"x""#))
        }),
    ]);
    attacks
}

/// Half a surrogate pair is not a character: parsers refuse, replace or keep it. Here it is refused
/// everywhere, also in members that are not read.
fn surrogates(world: &World) -> Vec<Attack> {
    const LONE: &[&str] =
        &[r"\ud800", r"\udfff", r"\udc00\ud800", r"\ud800\ud800", r"\ud800x", r"\ud800\n", r"\uD83D\u0041"];
    type Place = fn(&str) -> String;
    const PLACES: &[(&str, Place)] = &[
        ("a claim that is not read", |text| format!(r#""a":"{text}""#)),
        ("a name", |text| format!(r#""{text}":1"#)),
        ("an item", |text| format!(r#""a":["{text}"]"#)),
        ("a name inside", |text| format!(r#""a":[{{"{text}":1}}]"#)),
    ];
    let base = world.token();
    let mut attacks = Vec::new();
    for (place, members) in PLACES {
        for lone in LONE {
            attacks.push(base.refused(
                "C9",
                format!("{lone} in {place}"),
                NotJson(TokenPart::Payload),
                |base| signed_with_members(&base, &members(lone)),
            ));
        }
        attacks.push(base.refused(
            "C9",
            format!(r"\ud800 in {place} of the header"),
            NotJson(TokenPart::Header),
            |base| signed_header(&base, |header| with_members(&header, &members(r"\ud800"))),
        ));
        attacks.push(base.accepted("C9", format!("a whole pair in {place}"), |base| {
            signed_with_members(&base, &members(r"\ud83d\ude00"))
        }));
    }
    attacks
}
