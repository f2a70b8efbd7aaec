//! Declarations in other forms.

#[path = "../fake.rs"]
mod fake;

crate::policy! {
    pub A: any_scopes = "a";
    B = any_scopes("b");
    pub struct C(any_scopes = "c");
    D { any_scopes = "d" }
}

crate::policy! {
    E;
    F
}

crate::policy! {
    editors(any_scopes = "a");
    SENIOR_EDITORS(any_scopes = "a");
}

crate::policy! {
    G<T>(any_scopes = T::SCOPE);
}

crate::policy! {
    #[requires(any_scopes = "a")]
    fn h() {}
}

fn main() {}
