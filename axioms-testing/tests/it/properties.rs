//! Properties of every input, beyond the published attacks.

use std::sync::LazyLock;
use std::time::Duration;

use axioms_core::DemandBuilder;
use axioms_core::http::header::{AUTHORIZATION, HeaderValue};
use axioms_core::http::{Method, Request};
use axioms_core::{Algorithm, Policy};
use axioms_testing::{Behaviour, Endpoint, base64url};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use serde_json::Value;

use crate::common::{Bench, verdict};

static BENCH: LazyLock<Bench> = LazyLock::new(Bench::new);

/// `PROPTEST_CASES` sets the number of inputs; the slow properties try a part of them. A failure
/// prints its smallest input, which belongs in a table of attacks, not in a regression file.
fn config(part: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases / part, failure_persistence: None, ..default }
}

/// Any JSON value of small depth.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec(("[a-z]{0,4}", inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The names that the validator reads, in header or payload.
fn name() -> impl Strategy<Value = &'static str> {
    select(vec![
        "alg",
        "typ",
        "kid",
        "crit",
        "b64",
        "zip",
        "cty",
        "jwk",
        "jku",
        "iss",
        "aud",
        "exp",
        "nbf",
        "iat",
        "sub",
        "cnf",
        "events",
        "htm",
        "token_use",
        "scope",
        "roles",
        "permissions",
        "jti",
        "client_id",
        "at_hash",
    ])
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn no_text_is_a_token(text in any::<String>(), in_alphabet in "[A-Za-z0-9_.-]{0,200}") {
        prop_assert!(BENCH.verdict(&text).is_err());
        prop_assert!(BENCH.verdict(&in_alphabet).is_err());
    }

    #[test]
    fn no_three_segments_are_a_token(header in json(), payload in json(), signature in any::<Vec<u8>>()) {
        let token = [base64url(header.to_string()), base64url(payload.to_string()), base64url(signature)].join(".");
        prop_assert!(BENCH.verdict(&token).is_err());
    }

    #[test]
    fn no_bytes_that_the_issuer_signed_are_a_token(header in any::<Vec<u8>>(), payload in any::<Vec<u8>>()) {
        let token = BENCH.token();
        prop_assert!(BENCH.verdict(&token.clone().raw_header(header).sign()).is_err());
        prop_assert!(BENCH.verdict(&token.raw_payload(payload).sign()).is_err());
    }

    #[test]
    fn no_json_that_the_issuer_signed_is_a_token(payload in json()) {
        prop_assert!(BENCH.verdict(&BENCH.token().raw_payload(payload.to_string()).sign()).is_err());
    }

    /// A handler can read every claim of an accepted token.
    #[test]
    fn no_claim_value_causes_a_panic(name in name(), value in json()) {
        if let Ok(token) = BENCH.validator.validate(&BENCH.token().claim(name, value.clone()).sign()) {
            // Through text, as in the token, where a fraction may lose its last digit.
            let sent: Value = serde_json::from_str(&value.to_string()).unwrap();
            prop_assert_eq!(token.claim::<Value>(name).unwrap(), Some(sent));
            prop_assert!(token.claims::<Value>().is_ok());
            let grants = token.scopes().chain(token.roles()).chain(token.permissions()).count();
            let seen = (token.audiences(), token.client_id(), token.jwt_id(), token.expires_at(), token.issued_at());
            let shown = format!("{token:?} {seen:?} {grants}");
            prop_assert!(!shown.is_empty());
        }
    }

    #[test]
    fn no_header_value_causes_a_panic(name in name(), value in json()) {
        let _ = BENCH.verdict(&BENCH.token().header(name, value).sign());
    }
}

/// A small change to a text.
#[derive(Debug, Clone)]
enum Edit {
    Replace(Index, char),
    Insert(Index, char),
    Delete(Index),
    Swap(Index, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let letter = || prop_oneof![4 => prop::char::ranges(vec!['!'..='~'].into()), 1 => any::<char>()];
    prop_oneof![
        (any::<Index>(), letter()).prop_map(|(at, letter)| Edit::Replace(at, letter)),
        (any::<Index>(), letter()).prop_map(|(at, letter)| Edit::Insert(at, letter)),
        any::<Index>().prop_map(Edit::Delete),
        (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Edit::Swap(one, other)),
    ]
}

fn edited(text: &str, edit: &Edit) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let length = letters.len();
    match edit {
        Edit::Replace(at, letter) => letters[at.index(length)] = *letter,
        Edit::Insert(at, letter) => letters.insert(at.index(length + 1), *letter),
        Edit::Delete(at) => drop(letters.splice(at.index(length)..=at.index(length), [])),
        Edit::Swap(one, other) => letters.swap(one.index(length), other.index(length)),
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn a_token_with_any_edit_is_another_token(edits in vec(edit(), 1..4)) {
        static TOKEN: LazyLock<String> = LazyLock::new(|| BENCH.token().sign());
        let changed = edits.iter().fold(TOKEN.clone(), |text, edit| edited(&text, edit));
        prop_assert_eq!(BENCH.verdict(&changed).is_ok(), changed == *TOKEN);
    }
}

fn is_authorized(headers: &[HeaderValue]) -> bool {
    let mut request = Request::new(());
    for value in headers {
        request.headers_mut().append(AUTHORIZATION, value.clone());
    }
    BENCH.validator.authorize(&request, &Policy::VALID_TOKEN).is_ok()
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn no_bytes_are_credentials(headers in vec(any::<Vec<u8>>(), 0..3)) {
        let headers: Vec<_> = headers.iter().filter_map(|bytes| HeaderValue::from_bytes(bytes).ok()).collect();
        prop_assert!(!is_authorized(&headers));
    }

    /// Credentials are only the scheme, one space and the token, whatever surrounds them.
    #[test]
    fn a_token_counts_only_where_it_should(
        headers in vec(vec(select(vec!["Bearer", "bearer", " ", "T", ",", "=", "Basic", "\t", "\"", "x"]), 0..5), 0..3),
    ) {
        static TOKEN: LazyLock<String> = LazyLock::new(|| BENCH.token().sign());
        let expected = matches!(headers.as_slice(), [one] if one.concat().to_lowercase() == "bearer t");
        let headers: Vec<_> =
            headers.iter().map(|one| HeaderValue::from_str(&one.concat().replace('T', &TOKEN)).unwrap()).collect();
        prop_assert_eq!(is_authorized(&headers), expected);
    }
}

/// A validator that fetches for an unknown key, and trusts its keys for days.
fn fetching() -> Bench {
    Bench::configured(|builder| builder.refresh_interval(Duration::from_secs(302_400)))
}

/// Serves `body` as the key set and causes a fetch. The good key must still serve unless `body`
/// replaces it.
fn survives(bench: &Bench, body: Vec<u8>) -> Result<(), TestCaseError> {
    let replaces = holds_the_key(bench, &body);
    fetch(bench, Behaviour::Body(body));
    prop_assert!(replaces || bench.verdict_on_fresh_token().is_ok());
    fetch(bench, Behaviour::Normal);
    prop_assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    Ok(())
}

fn fetch(bench: &Bench, behaviour: Behaviour) {
    bench.issuer.behave(Endpoint::Jwks, behaviour);
    bench.advance_seconds(60);
    let before = bench.issuer.fetches();
    bench.settle();
    assert!(bench.issuer.fetches() > before);
}

/// Whether the document still contains the issuer's point, and so perhaps a usable key. No other
/// key arises by chance.
fn holds_the_key(bench: &Bench, body: &[u8]) -> bool {
    let good = bench.issuer.key(Algorithm::ES256).public_jwk();
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let same_point = |key: &Value| key["x"] == good["x"] && key["y"] == good["y"];
    document["keys"].as_array().is_some_and(|keys| keys.iter().any(same_point))
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn no_bytes_replace_good_keys(body in any::<Vec<u8>>()) {
        static BENCH: LazyLock<Bench> = LazyLock::new(fetching);
        survives(&BENCH, body)?;
    }

    #[test]
    fn no_json_replaces_good_keys(body in json(), keys in vec(json(), 0..5)) {
        static BENCH: LazyLock<Bench> = LazyLock::new(fetching);
        survives(&BENCH, body.to_string().into())?;
        survives(&BENCH, serde_json::json!({"keys": keys}).to_string().into())?;
    }

    /// A key with a member of any value.
    #[test]
    fn no_broken_key_replaces_good_keys(
        member in select(vec!["kty", "crv", "x", "y", "n", "e", "alg", "use", "key_ops", "kid", "d"]),
        value in json(),
    ) {
        static BENCH: LazyLock<Bench> = LazyLock::new(fetching);
        let bench = &*BENCH;
        let good = bench.issuer.key(Algorithm::ES256).public_jwk();
        let mut broken = good.clone();
        broken[member] = value;
        fetch(bench, Behaviour::Body(serde_json::json!({"keys": [broken, good]}).to_string().into()));
        prop_assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    }

    #[test]
    fn an_edited_key_set_causes_no_panic(edits in vec(edit(), 1..4)) {
        static BENCH: LazyLock<Bench> = LazyLock::new(fetching);
        let set = BENCH.issuer.jwks();
        survives(&BENCH, edits.iter().fold(set, |text, edit| edited(&text, edit)).into())?;
    }
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// A demand in the model.
#[derive(Debug, Clone)]
enum Demand {
    /// The kind of claim, whether all names are required, and the names.
    Claims(usize, bool, Vec<&'static str>),
    Group(bool, Vec<Demand>),
}

fn demand() -> impl Strategy<Value = Demand> {
    let claims = (0..3_usize, any::<bool>(), subsequence(NAMES.to_vec(), 1..=3))
        .prop_map(|(kind, all, names)| Demand::Claims(kind, all, names));
    claims.prop_recursive(4, 20, 4, |inner| {
        (any::<bool>(), vec(inner, 1..4)).prop_map(|(all, members)| Demand::Group(all, members))
    })
}

fn meets(demand: &Demand, granted: &[Vec<&str>; 3]) -> bool {
    let quantified = |all: bool, mut results: Box<dyn Iterator<Item = bool> + '_>| {
        if all { results.all(|result| result) } else { results.any(|result| result) }
    };
    match demand {
        Demand::Claims(kind, all, names) => {
            quantified(*all, Box::new(names.iter().map(|name| granted[*kind].contains(name))))
        }
        Demand::Group(all, members) => {
            quantified(*all, Box::new(members.iter().map(|member| meets(member, granted))))
        }
    }
}

fn written(demand: &Demand, builder: DemandBuilder) -> DemandBuilder {
    let members = |group: DemandBuilder, members: &[Demand]| {
        members.iter().fold(group, |group, member| written(member, group))
    };
    match demand {
        Demand::Claims(0, false, names) => builder.any_scopes(names.clone()),
        Demand::Claims(0, true, names) => builder.all_scopes(names.clone()),
        Demand::Claims(1, false, names) => builder.any_roles(names.clone()),
        Demand::Claims(1, true, names) => builder.all_roles(names.clone()),
        Demand::Claims(_, false, names) => builder.any_permissions(names.clone()),
        Demand::Claims(_, true, names) => builder.all_permissions(names.clone()),
        Demand::Group(false, inner) => builder.any(|group| members(group, inner)),
        Demand::Group(true, inner) => builder.all(|group| members(group, inner)),
    }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn a_policy_means_what_it_says(
        demands in vec(demand(), 1..4),
        scopes in subsequence(NAMES.to_vec(), 0..=4),
        roles in subsequence(NAMES.to_vec(), 0..=4),
        permissions in subsequence(NAMES.to_vec(), 0..=4),
    ) {
        let write = |builder| demands.iter().fold(builder, |builder, demand| written(demand, builder));
        let every_method = Policy::builder().all(write).build().unwrap();
        let of_put = Policy::builder().method(Method::PUT, write).build().unwrap();
        let token = BENCH.token().scopes(scopes.clone()).roles(roles.clone()).permissions(permissions.clone());
        let token = BENCH.validator.validate(&token.sign()).unwrap();
        let granted = [scopes, roles, permissions];
        let expected = demands.iter().all(|demand| meets(demand, &granted));
        prop_assert_eq!(token.grants(&every_method), expected, "{}", every_method);
        prop_assert_eq!(token.require(&every_method).is_ok(), expected);
        prop_assert_eq!(token.require_for(&Method::PUT, &of_put).is_ok(), expected);
        prop_assert!(token.require_for(&Method::GET, &of_put).is_err());
    }
}

/// The one example on which every property above depends.
#[test]
fn the_token_that_is_edited_is_valid() {
    assert_eq!(verdict(&BENCH.validator, &BENCH.token().sign()), Ok(()));
}
