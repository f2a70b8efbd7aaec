//! A written policy is read as an equal one, and no text causes a panic.

use axioms_core::{DemandBuilder, Policy};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// One demand, as a function on a builder.
#[derive(Debug, Clone)]
enum Model {
    ValidToken,
    Grants(usize, Vec<&'static str>),
    Group(bool, Vec<Model>),
}

fn model() -> impl Strategy<Value = Model> {
    let names = subsequence(vec!["a", "b", "\u{e9}", "\"", "two words"], 1..=5);
    let grants = (0..6_usize, names).prop_map(|(key, names)| Model::Grants(key, names));
    grants.prop_recursive(5, 24, 4, |inner| {
        let inner = prop_oneof![1 => Just(Model::ValidToken), 9 => inner];
        (any::<bool>(), vec(inner, 1..4)).prop_map(|(all, members)| Model::Group(all, members))
    })
}

fn demanded(builder: DemandBuilder, model: &Model) -> DemandBuilder {
    let scopes = |names: &[&'static str]| -> Vec<_> {
        names.iter().map(|name| if name.len() == 1 && *name != "\"" { name } else { "z" }).collect()
    };
    let members = |group: DemandBuilder, members: &[Model]| members.iter().fold(group, demanded);
    match model {
        Model::ValidToken => builder.policy(&Policy::VALID_TOKEN),
        Model::Grants(0, names) => builder.any_scopes(scopes(names)),
        Model::Grants(1, names) => builder.all_scopes(scopes(names)),
        Model::Grants(2, names) => builder.any_roles(names),
        Model::Grants(3, names) => builder.all_roles(names),
        Model::Grants(4, names) => builder.any_permissions(names),
        Model::Grants(_, names) => builder.all_permissions(names),
        Model::Group(false, inner) => builder.any(|group| members(group, inner)),
        Model::Group(true, inner) => builder.all(|group| members(group, inner)),
    }
}

proptest! {
    #[test]
    fn a_written_policy_is_read_as_an_equal_one(
        methods in btree_map("[A-Z]{1,3}", proptest::option::of(vec(model(), 0..4)), 0..4),
        default in proptest::option::of(vec(model(), 0..4)),
    ) {
        let all = |builder: DemandBuilder, models: &[Model]| models.iter().fold(builder, demanded);
        let mut policy = Policy::builder();
        for (method, demands) in &methods {
            policy = match demands {
                Some(demands) => policy.method(method, |builder| all(builder, demands)),
                None => policy.public(method),
            };
        }
        if let Some(demands) = &default {
            policy = policy.default(|builder| all(builder, demands));
        }
        // An `any` group that every valid token meets is an error.
        let Ok(policy) = policy.build() else { return Ok(()) };
        let text = serde_json::to_string(&policy).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Policy>(&text).unwrap(), &policy, "{}", text);
        // `serde_json` sorts the members of objects.
        let value = serde_json::to_value(&policy).unwrap();
        prop_assert_eq!(serde_json::from_value::<Policy>(value).unwrap(), policy);
    }

    #[test]
    fn no_text_causes_a_panic(parts in vec(select(PARTS.to_vec()), 0..40), text in ".{0,40}") {
        for text in [parts.concat(), text] {
            if let Ok(policy) = serde_json::from_str::<Policy>(&text) {
                let written = serde_json::to_string(&policy).unwrap();
                prop_assert_eq!(serde_json::from_str::<Policy>(&written).unwrap(), policy, "{}", text);
            }
        }
    }
}

const PARTS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"any_scopes\":",
    "\"all_roles\":",
    "\"any\":[",
    "\"all\":[{",
    "\"methods\":{",
    "\"default\":",
    "\"GET\":",
    "\"public\"",
    "\"valid_token\"",
    "\"a\"",
    "[\"a\",\"b\"]",
    "null",
    "7",
    "{\"any_roles\":\"r\"}",
];
