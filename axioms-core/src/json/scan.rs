//! Scans untrusted JSON text (RFC 8259) in one pass, without recursion and with bounded work.
//!
//! It finds where values begin and end, and builds no values. It accepts exactly the objects
//! without repeated members that `serde_json` accepts.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use super::effort::Effort;
use super::effort::NotAnObject::{self, Malformed, TooComplex};
use super::string::{escapes, string};

/// The depth limit of `serde_json`, so that every claim of an accepted token can be deserialized.
const MAX_DEPTH: usize = 127;

/// Scans an object, and returns its members with their values as text. Nested objects are checked
/// too. The effort is reduced by the work done.
pub(super) fn object<'a>(
    text: &'a str,
    effort: &mut Effort,
) -> Result<Vec<(Cow<'a, str>, &'a str)>, NotAnObject> {
    let mut scanner = Scanner::new(text, *effort);
    let mut members = Vec::with_capacity(16);
    let mut names = Vec::new();
    scanner.space();
    scanner.take(b'{')?;
    scanner.space();
    if !scanner.eat(b'}') {
        loop {
            members.push((scanner.name()?, scanner.value(&mut names)?));
            scanner.space();
            if !scanner.eat(b',') {
                break;
            }
            scanner.space();
        }
        scanner.take(b'}')?;
    }
    scanner.space();
    scanner.left.spend_on_comparing(members.len())?;
    if !scanner.rest.is_empty() || !are_unique(members.iter().map(|(name, _)| &**name)) {
        return Err(Malformed);
    }
    *effort = scanner.left;
    Ok(members)
}

/// The items of an array, or the names and values of an object. `container` is text that [`object`]
/// checked.
pub(super) fn children(container: &str) -> impl Iterator<Item = (Option<Cow<'_, str>>, &str)> {
    children_within(container, Effort::DOCUMENT)
}

/// The same for unchecked text. It ends at the first error, or when the effort is spent.
pub(super) fn children_within(
    container: &str,
    effort: Effort,
) -> impl Iterator<Item = (Option<Cow<'_, str>>, &str)> {
    let mut scanner = Scanner::new(container, effort);
    scanner.space();
    let named = scanner.eat(b'{');
    scanner.eat(b'[');
    std::iter::from_fn(move || {
        scanner.space();
        if scanner.eat(b',') {
            scanner.space();
        }
        let name = if named { Some(scanner.name().ok()?) } else { None };
        Some((name, scanner.value(&mut Vec::new()).ok()?))
    })
}

struct Scanner<'a> {
    text: &'a str,
    /// The remaining bytes. They always begin at a character boundary.
    rest: &'a [u8],
    left: Effort,
    /// The open containers around the next value, without the outermost one.
    open: Vec<Open>,
}

#[derive(Debug, Clone, Copy)]
enum Open {
    Array,
    /// With the number of names that were collected before its own.
    Object(usize),
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, effort: Effort) -> Self {
        Self { text, rest: text.as_bytes(), left: effort, open: Vec::new() }
    }

    fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn eat(&mut self, byte: u8) -> bool {
        match self.rest {
            [first, tail @ ..] if *first == byte => {
                self.rest = tail;
                true
            }
            _ => false,
        }
    }

    fn take(&mut self, byte: u8) -> Result<(), NotAnObject> {
        if self.eat(byte) { Ok(()) } else { Err(Malformed) }
    }

    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', tail @ ..] = self.rest {
            self.rest = tail;
        }
    }

    /// Scans a member's name and its colon, and returns the decoded name.
    fn name(&mut self) -> Result<Cow<'a, str>, NotAnObject> {
        let start = self.at();
        self.take(b'"')?;
        let escaped = self.string()?;
        let end = self.at();
        self.space();
        self.take(b':')?;
        self.space();
        self.left.spend(Effort::NAME)?;
        if escaped {
            let name = self.text.get(start..end).ok_or(Malformed)?;
            self.left.spend_on_decoding(escapes(name))?;
            return string(name).map_err(|_| Malformed);
        }
        self.text.get(start + 1..end - 1).map(Cow::Borrowed).ok_or(Malformed)
    }

    /// Scans one value and returns its text. The names in each nested object must be unique.
    fn value(&mut self, names: &mut Vec<Cow<'a, str>>) -> Result<&'a str, NotAnObject> {
        let start = self.at();
        loop {
            self.left.spend(Effort::VALUE)?;
            if self.begin(names)? {
                continue;
            }
            // A value has ended, and possibly the containers around it.
            loop {
                let Some(open) = self.open.last().copied() else {
                    return self.text.get(start..self.at()).ok_or(Malformed);
                };
                self.space();
                if self.eat(b',') {
                    self.space();
                    if let Open::Object(_) = open {
                        names.push(self.name()?);
                    }
                    break;
                }
                self.end(open, names)?;
            }
        }
    }

    /// Scans a scalar or an empty container, or enters a container. Returns whether it entered one,
    /// so that a value comes next.
    fn begin(&mut self, names: &mut Vec<Cow<'a, str>>) -> Result<bool, NotAnObject> {
        let [first, tail @ ..] = self.rest else { return Err(Malformed) };
        self.rest = tail;
        match first {
            b'{' => self.enter(Open::Object(names.len()), b'}', names),
            b'[' => self.enter(Open::Array, b']', names),
            b'"' => self.string().map(|_| false),
            b'0' => self.fraction().map(|()| false),
            b'1'..=b'9' => {
                self.more_digits();
                self.fraction().map(|()| false)
            }
            b'-' => {
                if !self.eat(b'0') {
                    self.digits()?;
                }
                self.fraction().map(|()| false)
            }
            b't' => self.literal(b"rue"),
            b'f' => self.literal(b"alse"),
            b'n' => self.literal(b"ull"),
            _ => Err(Malformed),
        }
    }

    fn enter(&mut self, open: Open, close: u8, names: &mut Vec<Cow<'a, str>>) -> Result<bool, NotAnObject> {
        // Add this container and the outermost one.
        if self.open.len() + 2 > MAX_DEPTH {
            return Err(TooComplex);
        }
        self.space();
        if self.eat(close) {
            return Ok(false);
        }
        self.open.push(open);
        if let Open::Object(_) = open {
            names.push(self.name()?);
        }
        Ok(true)
    }

    fn end(&mut self, open: Open, names: &mut Vec<Cow<'a, str>>) -> Result<(), NotAnObject> {
        self.open.pop();
        match open {
            Open::Array => self.take(b']'),
            Open::Object(before) => {
                self.take(b'}')?;
                let own = names.get(before..).unwrap_or_default();
                self.left.spend_on_comparing(own.len())?;
                let unique = are_unique(own.iter().map(AsRef::as_ref));
                names.truncate(before);
                if unique { Ok(()) } else { Err(Malformed) }
            }
        }
    }

    fn literal(&mut self, rest_of_word: &[u8]) -> Result<bool, NotAnObject> {
        self.rest = self.rest.strip_prefix(rest_of_word).ok_or(Malformed)?;
        Ok(false)
    }

    fn fraction(&mut self) -> Result<(), NotAnObject> {
        if self.eat(b'.') {
            self.digits()?;
        }
        if let [b'e' | b'E', tail @ ..] = self.rest {
            self.rest = tail;
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), NotAnObject> {
        let [b'0'..=b'9', tail @ ..] = self.rest else { return Err(Malformed) };
        self.rest = tail;
        self.more_digits();
        Ok(())
    }

    fn more_digits(&mut self) {
        while let [b'0'..=b'9', tail @ ..] = self.rest {
            self.rest = tail;
        }
    }

    /// Scans a string after its first quote, and returns whether it contains escapes. Each escape
    /// is checked, so that decoding cannot fail: a lone surrogate is not a character, and parsers
    /// treat it differently.
    fn string(&mut self) -> Result<bool, NotAnObject> {
        let mut escaped = false;
        loop {
            self.rest = plain(self.rest);
            match self.rest {
                [b'"', tail @ ..] => {
                    self.rest = tail;
                    return Ok(escaped);
                }
                [b'\\', ..] => {
                    escaped = true;
                    while let [b'\\', tail @ ..] = self.rest {
                        self.rest = tail;
                        self.escape()?;
                    }
                }
                _ => return Err(Malformed),
            }
        }
    }

    fn escape(&mut self) -> Result<(), NotAnObject> {
        self.left.spend(Effort::ESCAPE)?;
        match self.rest {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', tail @ ..] => {
                self.rest = tail;
                Ok(())
            }
            _ => match self.unit()? {
                0xD800..=0xDBFF => {
                    self.take(b'\\')?;
                    if matches!(self.unit()?, 0xDC00..=0xDFFF) { Ok(()) } else { Err(Malformed) }
                }
                0xDC00..=0xDFFF => Err(Malformed),
                _ => Ok(()),
            },
        }
    }

    /// `u` and four hexadecimal digits: a UTF-16 code unit.
    fn unit(&mut self) -> Result<u32, NotAnObject> {
        let [b'u', a, b, c, d, tail @ ..] = self.rest else { return Err(Malformed) };
        self.rest = tail;
        [a, b, c, d].into_iter().try_fold(0, |unit, digit| {
            let digit = char::from(*digit).to_digit(16).ok_or(Malformed)?;
            Ok(unit << 4 | digit)
        })
    }
}

/// Skips to the next quote, backslash or control character, eight bytes at a time. In the words
/// below, the highest bit of a byte is set if the byte is one of these; it is exact up to the first
/// such byte.
fn plain(bytes: &[u8]) -> &[u8] {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let mut rest = bytes;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = has_zero(word ^ (ONES * u64::from(b'"')));
        let backslash = has_zero(word ^ (ONES * u64::from(b'\\')));
        let found = (control | quote | backslash) & HIGH;
        if found != 0 {
            return rest.get(found.trailing_zeros() as usize / 8..).unwrap_or_default();
        }
        rest = tail;
    }
    while let [byte, tail @ ..] = rest {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            break;
        }
        rest = tail;
    }
    rest
}

/// Whether the names are unique. A few are compared one by one. For many, keyed hashes are
/// compared, so that an attacker cannot prepare collisions.
fn are_unique<'n>(names: impl ExactSizeIterator<Item = &'n str> + Clone) -> bool {
    const FEW: usize = 16;
    if names.len() <= FEW {
        // Names of one object seldom agree in length and first letter; only those that do are
        // compared.
        let mut seen = 0_u64;
        return names.clone().enumerate().all(|(n, name)| {
            let first = name.bytes().next().map_or(0, usize::from);
            let mark = 1 << ((name.len() + 7 * first) % 64);
            let is_new = seen & mark == 0 || !names.clone().take(n).any(|earlier| earlier == name);
            seen |= mark;
            is_new
        });
    }
    let keyed = RandomState::new();
    let mut hashes: Vec<u64> = names.clone().map(|name| keyed.hash_one(name)).collect();
    hashes.sort_unstable();
    let distinct = hashes.windows(2).all(|pair| !matches!(pair, [a, b] if a == b));
    distinct || hashes.len() == names.collect::<HashSet<_>>().len()
}
