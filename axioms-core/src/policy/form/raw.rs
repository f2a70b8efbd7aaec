//! The values of a policy's text before they are interpreted. Repeated members are kept, and the
//! depth is bounded.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::policy::kind::MAX_DEPTH;

/// The limit on nesting levels. Each group takes two, an object and a list; the rest is for the
/// members of the policy around the groups and the values inside the innermost.
const MAX_LEVELS: usize = 2 * MAX_DEPTH + 5;

/// A value in the text.
pub(super) enum Raw {
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// A description of a value that is never allowed in a policy.
    Other(&'static str),
}

impl Raw {
    pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Levels(MAX_LEVELS).deserialize(deserializer)
    }

    /// Describes the value.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
            Self::Other(words) => (*words).to_owned(),
        }
    }
}

/// How many more levels can be nested.
#[derive(Clone, Copy)]
struct Levels(usize);

impl Levels {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let inner = self.0.checked_sub(1).map(Self);
        inner.ok_or_else(|| E::custom(format_args!("the policy is nested deeper than {MAX_DEPTH} groups")))
    }
}

impl<'de> DeserializeSeed<'de> for Levels {
    type Value = Raw;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Levels {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy")
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Other("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Other("a number"))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Other("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Raw, A::Error> {
        let inner = self.inner()?;
        let mut members = Vec::new();
        while let Some(name) = object.next_key()? {
            members.push((name, object.next_value_seed(inner)?));
        }
        Ok(Raw::Object(members))
    }
}
