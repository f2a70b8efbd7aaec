//! Reads request bodies: JSON objects of a limited size.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// The maximum length of a body, in bytes.
pub const LIMIT: usize = 64 * 1024;

/// Reads a body as a JSON object with the members of `T`. Other members are ignored.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let value: Value =
        serde_json::from_slice(body).map_err(|_| Failure::InvalidRequest("The body is not JSON"))?;
    // Serde reads a struct from an array too, by position. This API refuses that.
    let object: Map<String, Value> = serde_json::from_value(value).map_err(|_| WRONG)?;
    serde_json::from_value(Value::Object(object)).map_err(|_| WRONG)
}

const WRONG: Failure = Failure::InvalidRequest("The body lacks a member, or has one of the wrong type");

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Note {
        text: String,
    }

    #[test]
    fn a_body_is_an_object_with_the_members_asked_for() {
        let note = parse::<Note>(br#"{"text":"hi","other":1}"#);
        assert_eq!(note, Ok(Note { text: "hi".to_owned() }));
        for wrong in [r#"{"text":1}"#, "{}", "null", r#"["hi"]"#, r#""hi""#] {
            assert_eq!(parse::<Note>(wrong.as_bytes()), Err(WRONG), "{wrong}");
        }
        for bad in [&b""[..], b"{", b"{} {}", b"\xFF", br#"{"text":"hi""#] {
            assert!(matches!(parse::<Note>(bad), Err(Failure::InvalidRequest("The body is not JSON"))));
        }
    }
}
