//! B: header parameters that contain a key, point to one, or require what is not supported.

use axioms_core::HeaderParameter as Parameter;
use axioms_core::InvalidToken::{
    self, HeaderParameter, NoKeyId, NotCompact, NotJson, Signature, Type, UnknownKey,
};
use axioms_core::TokenPart;
use axioms_testing::{TokenBuilder, base64url};
use serde_json::{Value, json};

use super::forge::{segments, signed_header, with_members};
use super::{Attack, Attacked as _, Table, World};

pub(crate) fn tables(world: &World) -> Vec<Table> {
    vec![
        Table::of_defaults("keys in the token", keys_in_the_token(world)),
        Table::of_defaults("critical parameters", critical(world)),
        Table::of_defaults("key ids", key_ids(world)),
        Table::of_defaults("types", types(world)),
        Table {
            name: "types, strict",
            settings: |_, builder| builder.strict_typ(true),
            attacks: strict_types(world),
        },
    ]
}

/// Tries each parameter that can carry a key in three tokens: an attacker's with a `kid` of its
/// own, an attacker's with the issuer's `kid`, and the issuer's own token, which stays valid.
fn keys_in_the_token(world: &World) -> Vec<Attack> {
    let base = world.token();
    let kid = world.issuer.key(axioms_core::Algorithm::ES256).kid().to_owned();
    let impostor = world.stranger.clone().with_kid(&*kid);
    let canary = world.canary.jwks_url();
    let certificate = base64url(world.stranger.public_der());
    let places = [
        ("B1", "B2", "jwk", world.stranger.public_jwk()),
        ("B3", "B3", "jku", json!(canary)),
        ("B3", "B3", "x5u", json!(canary)),
        ("B4", "B4", "x5c", json!([certificate])),
        ("B4", "B4", "x5t#S256", json!(certificate)),
    ];
    let mut attacks = Vec::new();
    for (id, with_trusted_kid, parameter, value) in places {
        let set = |base: TokenBuilder| base.header(parameter, value.clone());
        attacks.extend([
            base.refused(id, format!("{parameter} with the stranger's kid"), UnknownKey, |base| {
                set(base).signed_with(&world.stranger)
            }),
            base.refused(with_trusted_kid, format!("{parameter} with a trusted kid"), Signature, |base| {
                set(base).signed_with(&impostor)
            }),
            base.accepted(id, format!("{parameter} in a valid token"), set),
        ]);
    }
    attacks
}

fn critical(world: &World) -> Vec<Attack> {
    let base = world.token();
    let crit: [(&str, Value); 9] = [
        ("unknown", json!(["x"])),
        ("empty", json!([])),
        ("twice the same", json!(["exp", "exp"])),
        ("a string", json!("exp")),
        ("an object", json!({"exp": true})),
        ("null", json!(null)),
        ("a standard parameter", json!(["alg"])),
        ("not a name", json!([1])),
        ("of RFC 7797", json!(["b64"])),
    ];
    let mut attacks: Vec<Attack> = crit
        .into_iter()
        .map(|(what, crit)| {
            base.refused("B5", format!("crit: {what}"), HeaderParameter(Parameter::Crit), |base| {
                base.header("crit", crit.clone())
            })
        })
        .collect();
    attacks.extend([
        base.refused("B5", "crit, and what it lists", HeaderParameter(Parameter::Crit), |base| {
            base.header("crit", json!(["x"])).header("x", 1)
        }),
        base.refused("B5", "crit itself twice", NotJson(TokenPart::Header), |base| {
            signed_header(&base, |header| with_members(&header, r#""crit":["x"],"crit":["x"]"#))
        }),
        base.refused("B6", "b64 false, critical", HeaderParameter(Parameter::Crit), |base| {
            base.header("b64", false).header("crit", json!(["b64"]))
        }),
        base.refused("B6", "b64 false", HeaderParameter(Parameter::B64), |base| base.header("b64", false)),
        base.refused("B6", "b64 true", HeaderParameter(Parameter::B64), |base| base.header("b64", true)),
        base.refused("B6", "payload detached", NotCompact, |base| {
            let token = base.sign();
            let [header, _, signature] = segments(&token);
            format!("{header}..{signature}")
        }),
        base.refused("B6", "payload plain", NotCompact, |base| {
            let token = base.header("b64", false).sign();
            let [header, _, signature] = segments(&token);
            format!("{header}.{{\"sub\":\"admin\"}}.{signature}")
        }),
        base.refused("B15", "a token in a token", HeaderParameter(Parameter::Cty), |base| {
            base.header("cty", "JWT")
        }),
        base.refused("B15", "a token in a token, spelt otherwise", HeaderParameter(Parameter::Cty), |base| {
            base.header("cty", "application/jwt")
        }),
        base.refused("B15", "cty is a number", HeaderParameter(Parameter::Cty), |base| base.header("cty", 1)),
        base.refused("B15", "compressed", HeaderParameter(Parameter::Zip), |base| base.header("zip", "DEF")),
    ]);
    attacks
}

fn key_ids(world: &World) -> Vec<Attack> {
    let base = world.token();
    let long = "k".repeat(10 * 1024);
    let hostile = [
        "../../dev/null",
        "' OR 1=1",
        "a\0b",
        "__proto__",
        "",
        "\r\nSet-Cookie: a=b",
        "*",
        "${jndi:ldap://x}",
        &long,
    ];
    let mut attacks: Vec<Attack> = hostile
        .iter()
        .map(|kid| {
            base.refused("B8", format!("kid {:.20}", kid.escape_debug().to_string()), UnknownKey, |base| {
                base.header("kid", *kid)
            })
        })
        .collect();
    for kid in [json!(1), json!({"kid": 1}), json!(null), json!(["a"]), json!(true)] {
        attacks.push(base.refused("B9", format!("kid {kid}"), HeaderParameter(Parameter::Kid), |base| {
            base.header("kid", kid.clone())
        }));
    }
    attacks.push(base.refused("B11", "no kid, several keys", NoKeyId, |base| base.without_header("kid")));
    attacks
}

fn with_typ(base: TokenBuilder, typ: Option<&Value>) -> String {
    match typ {
        Some(typ) => base.header("typ", typ.clone()).sign(),
        None => base.without_header("typ").sign(),
    }
}

fn types(world: &World) -> Vec<Attack> {
    let base = world.token();
    let rows: &[(&str, Option<Value>, Result<(), InvalidToken>)] = &[
        ("B13", Some(json!("secevent+jwt")), Err(Type)),
        ("B13", Some(json!("dpop+jwt")), Err(Type)),
        ("B13", Some(json!("logout+jwt")), Err(Type)),
        ("B13", Some(json!("at+jwt ")), Err(Type)),
        ("B13", Some(json!("application/application/at+jwt")), Err(Type)),
        ("B13", Some(json!("")), Err(Type)),
        ("B13", Some(json!(null)), Err(Type)),
        ("B13", Some(json!(["at+jwt"])), Err(Type)),
        ("B13", Some(json!("JWT")), Ok(())),
        ("B13", None, Ok(())),
        ("B14", Some(json!("AT+JWT")), Ok(())),
        ("B14", Some(json!("application/at+jwt")), Ok(())),
    ];
    with_types(&base, rows)
}

fn strict_types(world: &World) -> Vec<Attack> {
    let base = world.token();
    let rows: &[(&str, Option<Value>, Result<(), InvalidToken>)] = &[
        ("B13", Some(json!("JWT")), Err(Type)),
        ("B13", None, Err(Type)),
        ("B13", Some(json!("secevent+jwt")), Err(Type)),
        ("B13", Some(json!("dpop+jwt")), Err(Type)),
        ("B14", Some(json!("AT+JWT")), Ok(())),
        ("B14", Some(json!("Application/AT+jwt")), Ok(())),
    ];
    with_types(&base, rows)
}

fn with_types(
    base: &TokenBuilder,
    rows: &[(&'static str, Option<Value>, Result<(), InvalidToken>)],
) -> Vec<Attack> {
    rows.iter()
        .map(|(id, typ, expected)| {
            base.judged(id, format!("typ {typ:?}"), *expected, |base| with_typ(base, typ.as_ref()))
        })
        .collect()
}
