//! The demands per method. Methods are stored by name, so that constants can contain extension
//! methods such as `PROPFIND`.

use http::Method;

use super::Demand;

/// The demand of each named method: borrowed from a constant, or owned by a policy built at run
/// time.
#[derive(Debug, Clone)]
pub(super) enum MethodList {
    Static(&'static [(&'static str, Demand)]),
    Owned(Box<[(Box<str>, Demand)]>),
}

impl MethodList {
    pub(super) const NONE: Self = Self::Static(&[]);

    pub(super) const fn is_empty(&self) -> bool {
        match self {
            Self::Static(list) => list.is_empty(),
            Self::Owned(list) => list.is_empty(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Demand)> {
        let (fixed, owned): (&[_], &[_]) = match self {
            Self::Static(list) => (list, &[]),
            Self::Owned(list) => (&[], list),
        };
        let fixed = fixed.iter().map(|(method, demand)| (*method, demand));
        fixed.chain(owned.iter().map(|(method, demand)| (&**method, demand)))
    }

    /// The demand of `method`. If `HEAD` is not named, it has the demand of `GET`.
    pub(super) fn of(&self, method: &Method) -> Option<&Demand> {
        let of = |wanted: &Method| {
            self.iter().find(|(named, _)| *named == wanted.as_str()).map(|(_, demand)| demand)
        };
        of(method).or_else(|| if method == Method::HEAD { of(&Method::GET) } else { None })
    }

    /// Whether `method` differs from a named method only by case. It is a different method (RFC
    /// 9110 section 9.1), but software behind the guard may treat it as the same.
    pub(super) fn has_in_another_case(&self, method: &Method) -> bool {
        let is = |named: &str| named.eq_ignore_ascii_case(method.as_str());
        self.iter().any(|(named, _)| is(named) || (named == "GET" && is("HEAD")))
    }
}

/// A list names each method once, so the order is irrelevant.
impl PartialEq for MethodList {
    fn eq(&self, other: &Self) -> bool {
        self.iter().count() == other.iter().count()
            && self.iter().all(|(method, demand)| other.iter().any(|entry| entry == (method, demand)))
    }
}

impl Eq for MethodList {}

/// Returns what is wrong with the name of a method, if anything. It is `const` so that constants
/// are checked at compile time.
pub(super) const fn fault(method: &str) -> Option<&'static str> {
    let mut rest = method.as_bytes();
    if rest.is_empty() {
        return Some("it is empty");
    }
    if same(method, "*") {
        return Some("it is reserved and is not a method (RFC 9110 section 18.2); write the default");
    }
    while let [byte, tail @ ..] = rest {
        if byte.is_ascii_lowercase() {
            return Some("methods are case-sensitive (RFC 9110 section 9.1); write it in upper case");
        }
        // token = 1*tchar, RFC 9110 section 5.6.2.
        let is_token = byte.is_ascii_uppercase()
            || byte.is_ascii_digit()
            || matches!(*byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
        if !is_token {
            return Some("a method is one token (RFC 9110 section 5.6.2)");
        }
        rest = tail;
    }
    None
}

/// Whether two names are equal. `==` is not `const` for strings.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([x, rest_of_a @ ..], [y, rest_of_b @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (rest_of_a, rest_of_b);
    }
    a.is_empty() && b.is_empty()
}
