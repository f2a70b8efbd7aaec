//! Properties: everything that the scanner accepts is JSON to `serde_json`, and everything that it
//! refuses is not strict.

use std::collections::HashSet;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::effort::Effort;
use super::object::Object;
use super::scan::{children, object};
use super::string::string;

/// A value that `serde_json` parses, without repeated members.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;

        impl<'de> Visitor<'de> for Walk {
            type Value = Strict;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
                let mut names = HashSet::new();
                while let Some((name, Strict)) = map.next_entry::<String, Strict>()? {
                    if !names.insert(name) {
                        return Err(A::Error::custom("repeated"));
                    }
                }
                Ok(Strict)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
                while seq.next_element::<Strict>()?.is_some() {}
                Ok(Strict)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
                Ok(Strict)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
                Ok(Strict)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
                Ok(Strict)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
                Ok(Strict)
            }

            fn visit_str<E>(self, _: &str) -> Result<Strict, E> {
                Ok(Strict)
            }

            fn visit_unit<E>(self) -> Result<Strict, E> {
                Ok(Strict)
            }
        }

        deserializer.deserialize_any(Walk)
    }
}

/// The members of an object as `serde_json` splits them.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Split;

        impl<'de> Visitor<'de> for Split {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Split)
    }
}

/// Compares the two in three steps, because no mode of `serde_json` is exactly as strict.
fn agree(text: &str) {
    let Ok(members) = object(text, &mut Effort::DOCUMENT.clone()) else {
        let strict = text.trim_start().starts_with('{') && serde_json::from_str::<Strict>(text).is_ok();
        assert!(!strict, "refused, though it is strict: {text}");
        return;
    };
    assert!(
        serde_json::from_str::<IgnoredAny>(text).is_ok(),
        "accepted, though it is no JSON: \
        {text}"
    );
    if let Err(error) = serde_json::from_str::<Strict>(text) {
        // The scanner does not parse numbers. A caller that does gets the range error.
        assert!(error.to_string().starts_with("number out of range"), "accepted, though {error}: {text}");
    }
    let Members(expected) = serde_json::from_str(text).unwrap();
    let expected: Vec<_> = expected.iter().map(|(name, value)| (name.as_str(), value.get())).collect();
    assert_eq!(members.iter().map(|(name, value)| (&**name, *value)).collect::<Vec<_>>(), expected);
    let again: Vec<_> = children(text).map(|(name, value)| (name.unwrap(), value)).collect();
    assert_eq!(again, members);
}

/// Unusual JSON: with white space, escapes and numbers of every form, and sometimes repeated
/// members.
fn text() -> impl Strategy<Value = String> {
    let space = || select(vec!["", "", "", " ", "\n\t\r "]);
    let letters = select(vec![
        "a",
        "b",
        "\u{e9}",
        "\u{1f600}",
        r"\u0061",
        r"\n",
        r"\/",
        r"\ud83d\ude00",
        r"\uD83D",
        r"\udc00",
        r"\x",
        "\t",
        "longer than eight bytes",
        r#"\""#,
        r"\u00e",
        "\u{0}",
    ]);
    let string = move || vec(letters.clone(), 0..3).prop_map(|letters| format!("\"{}\"", letters.concat()));
    let scalar = select(vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "01",
        "1",
        "-",
        "-1.5",
        "1.",
        ".5",
        "1e5",
        "1E+05",
        "1e-",
        "1e999",
        "123456789012345678901234567890",
        "nul",
        "truex",
        "NaN",
        "+1",
        "\u{a0}1",
    ]);
    let leaf = prop_oneof![scalar.prop_map(str::to_owned), string()];
    let value = leaf.prop_recursive(4, 32, 5, move |inner| {
        let item = (space(), inner.clone(), space())
            .prop_map(|(before, value, after)| format!("{before}{value}{after}"));
        let member = (space(), string(), space(), item.clone())
            .prop_map(|(before, name, after, value)| format!("{before}{name}{after}:{value}"));
        prop_oneof![
            (vec(item, 0..5), space()).prop_map(|(items, space)| format!("[{}{space}]", items.join(","))),
            (vec(member, 0..5), space())
                .prop_map(|(members, space)| format!("{{{}{space}}}", members.join(","))),
        ]
    });
    vec(value, 1..4).prop_map(|values| {
        let members: Vec<_> =
            values.iter().enumerate().map(|(n, value)| format!("\"{n}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_of_every_form_is_judged_alike(text in text()) {
        agree(&text);
    }

    #[test]
    fn edited_json_is_judged_alike(
        text in text(),
        edits in vec((any::<Index>(), select(vec!["", "\"", "\\", "{", "}", "[", "]", ":", ",", "0", "-", "e", " ", "u"])), 1..4),
    ) {
        let edited = edits.iter().fold(text, |text, (at, letter)| {
            let mut letters: Vec<String> = text.chars().map(String::from).collect();
            let at = at.index(letters.len());
            letters[at] = (*letter).to_owned();
            letters.concat() + " "
        });
        agree(&edited);
    }

    #[test]
    fn what_looks_like_json_is_judged_alike(
        parts in vec(select(vec!["{", "}", "[", "]", ":", ",", "\"a\"", "\"\\u0061\"", "\"", "\\", "1", "e", ".", "-", "null", " "]), 0..24),
    ) {
        agree(&parts.concat());
        agree(&format!("{{\"a\":{}}}", parts.concat()));
    }

    #[test]
    fn names_are_distinguished_in_objects_of_any_size(count in 0..80_usize, repeated in any::<Option<(Index, Index)>>()) {
        let mut names: Vec<String> = (0..count).map(|n| format!("\"n{n}\"")).collect();
        let mut unique = true;
        if let Some((from, to)) = repeated.filter(|_| count > 1) {
            let (from, to) = (from.index(count), to.index(count));
            // The same name with an escape, so that the texts differ.
            names[to] = names[from].replace('n', r"\u006E");
            unique = from == to;
        }
        let members: Vec<_> = names.iter().map(|name| format!("{name}:0")).collect();
        let text = format!("{{\"inside\":{{{}}}}}", members.join(","));
        prop_assert_eq!(Object::parse(&text).is_ok(), unique);
        prop_assert_eq!(Object::parse(&format!("{{{}}}", members.join(","))).is_ok(), unique);
    }

    #[test]
    fn a_string_is_decoded_as_serde_json_decodes_it(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(string(&json).unwrap(), text);
    }
}

#[test]
fn it_stops_at_the_depth_where_serde_json_stops() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for levels in [126, 127, 128, 100_000] {
            let inner = if open == "[" { "" } else { "0" };
            let text = format!("{{\"a\":{}{inner}{}}}", open.repeat(levels), close.repeat(levels));
            let expected = levels < 127;
            assert_eq!(Object::parse(&text).is_ok(), expected, "{levels} x {open}");
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&text).is_ok(),
                expected,
                "{levels} x {open}"
            );
        }
    }
}
