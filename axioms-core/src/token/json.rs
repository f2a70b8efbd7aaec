//! Strict JSON objects: unique members at every depth, bounded depth, nothing after the end. What two parsers could
//! read differently is refused (RFC 8725 section 2.4; RFC 7519 section 4).

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;

/// 9999-12-31T23:59:59Z: a date after it is a mistake or an attack, and `f64` is exact to the microsecond up to it.
const MAX_DATE: f64 = 253_402_300_799.0;

/// The members of one JSON object. Each value stays text until somebody asks for it by type.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// The text is not one strict JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAnObject;

/// A member is there and has another type than it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrongType;

impl<'a> Object<'a> {
    /// Reads `text`, which must be one object, with every object inside it checked as well.
    pub(crate) fn parse(text: &'a str) -> Result<Self, NotAnObject> {
        let object = Self::members_of(text).map_err(|_| NotAnObject)?;
        for (_, value) in &object.members {
            // Only a container can hide a repeated member or run deep; a scalar was checked as it was split off.
            if value.get().starts_with(['{', '[']) {
                serde_json::from_str::<Strict>(value.get()).map_err(|_| NotAnObject)?;
            }
        }
        Ok(object)
    }

    /// The members alone, of text that stands inside an object already checked.
    fn members_of(text: &'a str) -> serde_json::Result<Self> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((Text(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                if has_duplicates(members.iter().map(|(name, _)| name.as_ref())) {
                    return Err(A::Error::custom("a member is repeated"));
                }
                Ok(Object { members })
            }
        }

        let mut json = serde_json::Deserializer::from_str(text);
        let object = json.deserialize_map(Members)?;
        json.end()?;
        Ok(object)
    }

    /// Every member with its value as JSON text, in the order of the text.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value.get()))
    }

    /// Whether the member is there, whatever its value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The member's value as JSON text.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a str> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value.get())
    }

    /// A member that must be a string if it is there.
    pub(crate) fn string(&self, name: &str) -> Result<Option<Cow<'a, str>>, WrongType> {
        self.raw(name).map(string).transpose()
    }

    /// A member that must be a `NumericDate` (RFC 7519 section 2) if it is there: the time since 1970, with fractions.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Duration>, WrongType> {
        self.raw(name).map(date).transpose()
    }

    /// The value at an RFC 6901 JSON Pointer, given as its unescaped reference tokens.
    pub(crate) fn at(&self, path: &[Box<str>]) -> Option<&'a str> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.raw(first)?, |value, token| step(value, token))
    }
}

/// One step of a JSON Pointer, into an object or an array.
fn step<'a>(value: &'a str, token: &str) -> Option<&'a str> {
    if value.starts_with('{') {
        return Object::members_of(value).ok()?.raw(token);
    }
    let items: Vec<&'a RawValue> = serde_json::from_str(value).ok()?;
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    let index: usize = token.parse().ok().filter(|_| canonical)?;
    items.get(index).map(|item| item.get())
}

/// A JSON string. `value` is one JSON value that was parsed before: without an escape, its text is what stands
/// between the quotes.
pub(crate) fn string(value: &str) -> Result<Cow<'_, str>, WrongType> {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        Some(_) => serde_json::from_str(value).map(|Text(text)| text).map_err(|_| WrongType),
        None => Err(WrongType),
    }
}

/// A JSON array of strings and nothing but strings.
pub(crate) fn strings(value: &str) -> Result<Vec<Cow<'_, str>>, WrongType> {
    let items: Vec<Text<'_>> = serde_json::from_str(value).map_err(|_| WrongType)?;
    Ok(items.into_iter().map(|Text(text)| text).collect())
}

/// One JSON string, or an array of nothing but strings.
pub(crate) fn string_or_strings(value: &str) -> Result<Vec<Cow<'_, str>>, WrongType> {
    if value.starts_with('"') { string(value).map(|one| vec![one]) } else { strings(value) }
}

fn date(value: &str) -> Result<Duration, WrongType> {
    let seconds: f64 = serde_json::from_str(value).map_err(|_| WrongType)?;
    if !(0.0..=MAX_DATE).contains(&seconds) {
        return Err(WrongType);
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| WrongType)
}

/// Looks at a few names one by one and sorts many, so that a token made of names costs no more than its length.
fn has_duplicates<'n>(names: impl ExactSizeIterator<Item = &'n str> + Clone) -> bool {
    const FEW: usize = 24;
    if names.len() <= FEW {
        return names
            .clone()
            .enumerate()
            .any(|(n, name)| names.clone().take(n).any(|earlier| earlier == name));
    }
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

/// A string that borrows from the input unless it holds an escape.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;

        impl<'de> Visitor<'de> for Borrowing {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Borrowing)
    }
}

/// Any value whose objects have unique members; the parser itself bounds the depth, at 128.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut names: Vec<Cow<'de, str>> = Vec::new();
        while let Some((Text(name), Strict)) = map.next_entry()? {
            names.push(name);
        }
        if has_duplicates(names.iter().map(AsRef::as_ref)) {
            return Err(A::Error::custom("a member is repeated"));
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

/// Deserializes the one member called `name` of an object, if it is there.
pub(crate) fn member<'a, T: Deserialize<'a>>(text: &'a str, name: &str) -> serde_json::Result<Option<T>> {
    struct Find<'n, T>(&'n str, std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Find<'_, T> {
        type Value = Option<T>;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
            deserializer.deserialize_map(self)
        }
    }

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Find<'_, T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
            let mut found = None;
            while let Some(Text(name)) = map.next_key()? {
                if name == self.0 {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    Find(name, std::marker::PhantomData).deserialize(&mut serde_json::Deserializer::from_str(text))
}
