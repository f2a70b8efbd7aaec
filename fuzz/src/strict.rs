//! Reads JSON with `serde_json`, and refuses repeated members.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A value without repeated members.
pub struct Strict;

/// Whether the text is such a value. `None` if a number is out of range, because `serde_json` stops
/// there.
pub fn strict(text: &[u8]) -> Option<bool> {
    match serde_json::from_slice::<Strict>(text) {
        Ok(Strict) => Some(true),
        Err(error) if error.to_string().starts_with("number out of range") => None,
        Err(_) => Some(false),
    }
}

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

/// The members of an object as `serde_json` splits them, repeated ones included.
pub fn members(text: &str) -> Option<Vec<(String, Box<RawValue>)>> {
    struct Split(Vec<(String, Box<RawValue>)>);

    impl<'de> Deserialize<'de> for Split {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Walk;

            impl<'de> Visitor<'de> for Walk {
                type Value = Split;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Split, A::Error> {
                    let mut members = Vec::new();
                    while let Some(member) = map.next_entry()? {
                        members.push(member);
                    }
                    Ok(Split(members))
                }
            }

            deserializer.deserialize_map(Walk)
        }
    }

    serde_json::from_str(text).ok().map(|Split(members)| members)
}
