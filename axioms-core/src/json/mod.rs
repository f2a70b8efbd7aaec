//! Strict JSON objects: unique members at every depth, bounded depth and work, no lone surrogates,
//! and nothing after the end. Texts that two parsers could read differently are refused (RFC 8725
//! section 2.4; RFC 7519 section 4).

mod date;
mod effort;
mod object;
#[cfg(test)]
mod properties;
mod scan;
mod string;
mod value;

pub(crate) use self::date::Date;
pub(crate) use self::effort::{Effort, NotAnObject};
pub(crate) use self::object::{Object, glimpse};
pub(crate) use self::string::{WrongType, identifier, string};
pub(crate) use self::value::{identifiers, member, names, strings, type_of};
