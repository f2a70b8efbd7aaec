//! G: `exp`, `nbf` and `iat`, at each boundary, with a test clock.

use std::time::Duration;

use axioms_core::Claim;
use axioms_core::InvalidToken::{
    self, ClaimMalformed, ClaimMissing, Expired, IssuedInFuture, LivesTooLong, NotYetValid,
};
use serde_json::{Value, json};

use super::forge::signed_with_claim;
use super::{Attack, Attacked as _, Table, World};

const LONGEST: Duration = Duration::from_secs(3600);

pub(crate) fn tables(world: &World) -> Vec<Table> {
    vec![
        Table::of_defaults("types of dates", types(world)),
        Table::of_defaults("boundaries", boundaries(world)),
        Table {
            name: "boundaries without leeway",
            settings: |_, builder| builder.leeway(Duration::ZERO),
            attacks: boundaries_without_leeway(world),
        },
        Table {
            name: "lifetime",
            settings: |_, builder| builder.max_token_lifetime(LONGEST),
            attacks: lifetime(world),
        },
    ]
}

fn types(world: &World) -> Vec<Attack> {
    const WRONG_TYPE: &[&str] =
        &[r#""123""#, r#""never""#, r#""4102444800""#, "null", "true", "false", "[]", "[4102444800]", "{}"];
    const OUT_OF_RANGE: &[&str] = &[
        "1e999",
        "-1e999",
        "1e308",
        "-1e308",
        "9223372036854775808",
        "18446744073709551616",
        "9007199254740993",
        "1000000000000",
        "-1000000000000",
        "4102444800.000000000000000000000000000000000000000000000000000000000000",
    ];
    let base = world.token();
    let mut attacks =
        vec![base.refused("G1", "no exp", ClaimMissing(Claim::EXP), |base| base.without("exp"))];
    for claim in ["exp", "nbf", "iat"] {
        for (id, values) in [("G2", WRONG_TYPE), ("G3", OUT_OF_RANGE)] {
            attacks.extend(values.iter().map(|json| {
                base.refused(id, format!("{claim} {json}"), ClaimMalformed(Claim::new(claim)), |base| {
                    signed_with_claim(&base, claim, json)
                })
            }));
        }
    }
    for far in ["253402300799", "253402300800", "253402300800.5", "999999999999"] {
        attacks.extend([
            base.accepted("G3", format!("exp {far}"), |base| signed_with_claim(&base, "exp", far)),
            base.refused("G3", format!("iat {far}"), IssuedInFuture, |base| {
                signed_with_claim(&base, "iat", far)
            }),
            base.refused("G3", format!("nbf {far}"), NotYetValid, |base| {
                signed_with_claim(&base, "nbf", far)
            }),
        ]);
    }
    for past in ["-1", "-0.5", "-1e9", "-999999999999", "-0", "0"] {
        attacks.extend([
            base.refused("G3", format!("exp {past}"), Expired, |base| signed_with_claim(&base, "exp", past)),
            base.accepted("G3", format!("iat {past}"), |base| signed_with_claim(&base, "iat", past)),
            base.accepted("G3", format!("nbf {past}"), |base| signed_with_claim(&base, "nbf", past)),
        ]);
    }
    attacks.extend([
        base.refused("G3", "exp -0.0", Expired, |base| signed_with_claim(&base, "exp", "-0.0")),
        base.accepted("G5", "exp with an exponent", |base| signed_with_claim(&base, "exp", "4.1024448e9")),
    ]);
    attacks
}

type Row = (&'static str, &'static str, &'static str, Value, Result<(), InvalidToken>);

fn rows(world: &World, rows: Vec<Row>) -> Vec<Attack> {
    // `iat` is absent unless the row is about it, because an old `exp` would come before it.
    let base = world.token().without("iat");
    rows.into_iter()
        .map(|(id, what, claim, value, expected)| {
            base.judged(id, what, expected, |base| base.claim(claim, value))
        })
        .collect()
}

/// The leeway is 60 s.
fn boundaries(world: &World) -> Vec<Attack> {
    let now = world.now();
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century are exact")]
    let precise = now as f64;
    rows(
        world,
        vec![
            ("G5", "exp half a second inside the leeway", "exp", json!(precise - 59.5), Ok(())),
            ("G5", "exp half a second past the leeway", "exp", json!(precise - 60.5), Err(Expired)),
            ("G5", "nbf half a second past the leeway", "nbf", json!(precise + 60.5), Err(NotYetValid)),
            ("G6", "exp now", "exp", json!(now), Ok(())),
            ("G6", "exp a second inside the leeway", "exp", json!(now - 59), Ok(())),
            ("G5", "exp a millisecond inside the leeway", "exp", json!(precise - 59.999), Ok(())),
            ("G5", "exp a millisecond past the leeway", "exp", json!(precise - 60.001), Err(Expired)),
            ("G5", "iat a millisecond past the leeway", "iat", json!(precise + 60.001), Err(IssuedInFuture)),
            ("G6", "exp at the end of the leeway", "exp", json!(now - 60), Err(Expired)),
            ("G6", "exp past the leeway", "exp", json!(now - 61), Err(Expired)),
            ("G7", "nbf at the end of the leeway", "nbf", json!(now + 60), Ok(())),
            ("G7", "nbf past the leeway", "nbf", json!(now + 61), Err(NotYetValid)),
            ("G7", "nbf past", "nbf", json!(now - 1), Ok(())),
            ("G8", "iat at the end of the leeway", "iat", json!(now + 60), Ok(())),
            ("G8", "iat past the leeway", "iat", json!(now + 61), Err(IssuedInFuture)),
            ("G8", "iat far in the future", "iat", json!(now + 1_000_000), Err(IssuedInFuture)),
            ("G8", "iat in milliseconds", "iat", json!(now * 1000), Err(ClaimMalformed(Claim::IAT))),
            ("G3", "exp in milliseconds", "exp", json!(now * 1000), Err(ClaimMalformed(Claim::EXP))),
        ],
    )
    .into_iter()
    .chain([iat_after_exp(world)])
    .collect()
}

fn iat_after_exp(world: &World) -> Attack {
    let (base, now) = (world.token(), world.now());
    base.refused("G8", "iat after exp, both within the leeway", IssuedInFuture, |base| {
        base.claim("iat", now).claim("exp", now - 1)
    })
}

fn boundaries_without_leeway(world: &World) -> Vec<Attack> {
    let now = world.now();
    rows(
        world,
        vec![
            ("G6", "exp now", "exp", json!(now), Err(Expired)),
            ("G6", "exp in a second", "exp", json!(now + 1), Ok(())),
            ("G7", "nbf now", "nbf", json!(now), Ok(())),
            ("G7", "nbf in a second", "nbf", json!(now + 1), Err(NotYetValid)),
            ("G8", "iat now", "iat", json!(now), Ok(())),
            ("G8", "iat in a second", "iat", json!(now + 1), Err(IssuedInFuture)),
        ],
    )
}

fn lifetime(world: &World) -> Vec<Attack> {
    let base = world.token();
    let second = Duration::from_secs(1);
    vec![
        base.accepted("G9", "as long as allowed", |base| base.expires_in(LONGEST)),
        base.refused("G9", "a second longer", LivesTooLong, |base| base.expires_in(LONGEST + second)),
        base.refused("G9", "from before 1970", LivesTooLong, |base| base.claim("iat", -1_000_000_000)),
        base.refused("G9", "a century", LivesTooLong, |base| base.expires_in(LONGEST * 24 * 36525)),
        base.refused("G9", "no iat to count from", ClaimMissing(Claim::IAT), |base| base.without("iat")),
        base.refused("G9", "iat as text", ClaimMalformed(Claim::IAT), |base| base.claim("iat", "0")),
    ]
}
